// What is wrong with how the slide looks that a window shows, in words; nothing, if it fits. Tests and `virgil check
// --fit` call it.
function misfits(window) {
    const { document, getComputedStyle, innerHeight, innerWidth } = window;
    const root = document.documentElement, slide = document.querySelector('.slide:not([hidden])');
    const heading = slide.querySelector('h1, h2'), tall = heading.classList.contains('tall');
    const found = [];
    const down = () => root.scrollHeight - innerHeight, across = root.scrollWidth - innerWidth;
    if (across > 0) found.push(`it scrolls horizontally by ${across} pixels`);
    if (!tall && down() > 0) found.push(`it scrolls vertically by ${down()} pixels: shorten it, or write \`tall = true\``);
    if (tall) {
        heading.classList.remove('tall');
        if (down() <= 0) found.push('it would fit');
        heading.classList.add('tall');
    }
    const scrolls = it => it && it !== slide && (/auto|scroll/.test(getComputedStyle(it).overflowX) || scrolls(it.parentElement));
    const name = it => `${it.localName}.${it.getAttribute('class') ?? ''}`;
    for (const it of [...slide.querySelectorAll('*'), ...document.querySelectorAll('.bar *')]) {
        if (!it.checkVisibility() || it.closest('.unseen, .cm-editor, dialog')) continue;
        const box = it.getBoundingClientRect();
        if (!box.width || !box.height) continue;
        if ((box.right > innerWidth + 1 || box.left < -1) && !scrolls(it)) found.push(`${name(it)} is cut off at the window's edge`);
        const { overflowX, clipPath } = getComputedStyle(it);
        const cut = overflowX === 'hidden' && clipPath === 'none' && !it.matches('.deck-title, .canvas, .editor, progress');
        if (cut && it.scrollWidth > it.clientWidth + 1) found.push(`${name(it)} is cut off by ${it.scrollWidth - it.clientWidth} pixels`);
        if (it.localName === 'text') {
            const drawing = it.ownerSVGElement.getBoundingClientRect();
            if (box.right > drawing.right + 1 || box.left < drawing.left - 1) found.push(`“${it.textContent}” sticks out of its drawing`);
        }
    }
    const editor = slide.querySelector('.editor .cm-scroller');
    if (editor && !tall && innerWidth >= 1180) {
        const lines = (editor.offsetHeight - 20) / parseFloat(getComputedStyle(editor).lineHeight);
        if (lines < 7.9) found.push(`its editor has ${lines.toFixed(1)} lines`);
    }
    return found;
}
