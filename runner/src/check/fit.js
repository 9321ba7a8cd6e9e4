// Shows every slide of an exported deck in a window of a projector's size, in each theme, and writes what does not fit
// into the page, which `virgil check --fit` reads.
const SIZE = { width: 1280, height: 720 };
const THEMES = ['light', 'dark', 'projector'];
// What comes later than its slide: editors, and quizzes that can be answered.
const PARTS = [['.cell', '.cm-content'], ['.quiz', '.quiz-live']];

const pause = () => new Promise(done => setTimeout(done, 20));
const frames = window => new Promise(done =>
    window.requestAnimationFrame(() => window.requestAnimationFrame(done)));

async function opened(slug) {
    const frame = document.createElement('iframe');
    Object.assign(frame, { ...SIZE, src: `slide/${slug}.html` });
    document.body.append(frame);
    const slide = () => frame.contentDocument?.querySelector('.slide:not([hidden])');
    const ready = () => slide() && PARTS.every(([part, inner]) =>
        [...slide().querySelectorAll(part)].every(it => it.querySelector(inner)));
    const patience = Date.now() + 20_000;
    while (!ready()) {
        if (Date.now() > patience) throw Error(`the cells of ${slug} did not appear within 20 seconds`);
        await pause();
    }
    return frame;
}

async function measured(slug) {
    const frame = await opened(slug), window = frame.contentWindow;
    await window.document.fonts.ready;
    const found = [];
    for (const theme of THEMES) {
        window.document.documentElement.dataset.theme = theme;
        await frames(window);
        found.push(...misfits(window).map(words => ({ slug, theme, words })));
    }
    frame.remove();
    return found;
}

// The browser prints this page when it has loaded: not before this document is closed.
const holding = document.body.appendChild(document.createElement('iframe'));
holding.contentDocument.open();

const said = { found: [], failed: null };
try {
    for (const slug of SLUGS) said.found.push(...await measured(slug));
} catch (error) {
    said.failed = error.message;
}
const result = document.createElement('pre');
result.id = 'result';
// Without what stands for something else in HTML.
result.textContent = JSON.stringify(said).replace(/[&<>]/g, it => '\\u00' + it.charCodeAt(0).toString(16));
document.body.append(result);
holding.contentDocument.close();
