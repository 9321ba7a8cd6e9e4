// The Python editor: CodeMirror 6, with what a slide needs and no more.

import { closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyField, historyKeymap, indentWithTab, isolateHistory } from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import { HighlightStyle, bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { EditorState, Prec, RangeSet, StateEffect, StateField } from "@codemirror/state";
import {
  Decoration, EditorView, GutterMarker, drawSelection, gutter, highlightActiveLine, highlightActiveLineGutter, keymap,
  lineNumbers,
} from "@codemirror/view";
import { tags } from "@lezer/highlight";

// Colours are the page's own variables, so that light and dark need no second theme.
const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.controlKeyword, tags.definitionKeyword], color: "var(--code-keyword)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--code-string)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--code-number)" },
  { tag: tags.comment, color: "var(--code-comment)", fontStyle: "italic" },
  { tag: [tags.function(tags.definition(tags.variableName)), tags.definition(tags.className)], color: "var(--code-name)", fontWeight: "600" },
  { tag: [tags.function(tags.variableName), tags.className, tags.meta], color: "var(--code-name)" },
]);

const look = EditorView.theme({
  "&": { color: "var(--text)", backgroundColor: "var(--code)", fontSize: "var(--code-size)" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.5" },
  ".cm-content": { caretColor: "var(--text)", padding: "10px 0" },
  ".cm-cursor": { borderLeftColor: "var(--text)", borderLeftWidth: "2px" },
  ".cm-gutters": { color: "var(--quiet)", backgroundColor: "transparent", border: "none" },
  ".cm-lineNumbers .cm-gutterElement": { minWidth: "2.4ch", paddingLeft: "2px" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "transparent" },
  "&.cm-focused .cm-activeLine, &.cm-focused .cm-activeLineGutter": { backgroundColor: "var(--code-line)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "var(--code-selection)",
  },
  ".cm-matchingBracket, &.cm-focused .cm-matchingBracket": {
    backgroundColor: "transparent", outline: "1px solid var(--quiet)",
  },
  ".cm-signs": { minWidth: "20px" },
  ".cm-signs .cm-gutterElement": { paddingLeft: "6px", color: "var(--bad)", fontWeight: "700" },
  ".cm-failed": { backgroundColor: "var(--bad-soft)", boxShadow: "inset 4px 0 var(--bad)" },
  ".cm-caller": { boxShadow: "inset 2px 0 var(--bad)" },
});

// Lines that an exception went through. A sign beside the number says the same as the colour behind the line.
class Sign extends GutterMarker {
  constructor(sign, title, name) {
    super();
    Object.assign(this, { sign, title, elementClass: name });
  }
  toDOM() {
    const element = document.createElement("span");
    element.textContent = this.sign;
    element.title = this.title;
    return element;
  }
}
const signs = {
  failed: new Sign("✗", "The exception was raised here", "cm-failed-sign"),
  caller: new Sign("↳", "What raised was called here", "cm-caller-sign"),
};
const noMarks = { lines: Decoration.none, signs: RangeSet.empty };
const setMarks = StateEffect.define();
const marks = StateField.define({
  create: () => noMarks,
  update(before, transaction) {
    for (const effect of transaction.effects) {
      if (!effect.is(setMarks)) continue;
      const { doc } = transaction.state;
      const found = effect.value.filter(({ line }) => line >= 1 && line <= doc.lines);
      const ranges = (mark) => found.map(({ line, kind }) => mark(kind).range(doc.line(line).from));
      return {
        lines: Decoration.set(ranges((kind) => Decoration.line({ class: `cm-${kind}` })), true),
        signs: RangeSet.of(ranges((kind) => signs[kind]), true),
      };
    }
    return transaction.docChanged ? noMarks : before;
  },
  provide: (field) => EditorView.decorations.from(field, ({ lines }) => lines),
});
const markSigns = gutter({ class: "cm-signs", markers: (view) => view.state.field(marks).signs });

// Browsers put style attributes on what is typed over coloured text, and the page's policy forbids those: this does
// the same without the browser.
const typedOverSelection = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const { state } = view;
    const { from, to, empty } = state.selection.main;
    if (event.inputType !== "insertText" || event.data === null || empty || view.composing) return false;
    const insert = () => state.update(state.replaceSelection(state.toText(event.data)), {
      scrollIntoView: true, userEvent: "input.type",
    });
    if (!state.facet(EditorView.inputHandler).some((handle) => handle(view, from, to, event.data, insert))) {
      view.dispatch(insert());
    }
    event.preventDefault();
    return true;
  },
});

// CodeMirror has one kind of line end: a file that has the other kind everywhere gets it back.
const lineEnd = (text) => text.includes("\r\n") && !/(^|[^\r])\n/.test(text) ? "\r\n" : "\n";

// With the history that was kept of this very text, if there is one.
function begin(text, past, config) {
  const fresh = EditorState.create({ ...config, doc: text });
  try {
    const state = EditorState.fromJSON(JSON.parse(past), config, { history: historyField });
    return state.doc.eq(fresh.doc) ? state : fresh;
  } catch {
    return fresh;
  }
}

export class Editor {
  constructor(parent, text, past, nonce, label, onChange, onRun, onStop) {
    this.lineEnd = lineEnd(text);
    const keys = Prec.highest(keymap.of([
      { key: "Shift-Enter", run: () => (onRun(), true) },
      { key: "Mod-.", run: () => (onStop(), true) },
    ]));
    this.view = new EditorView({
      parent,
      state: begin(text, past, {
        extensions: [
          keys, typedOverSelection,
          EditorView.cspNonce.of(nonce),
          markSigns, lineNumbers(), history(), drawSelection(), indentOnInput(), bracketMatching(), closeBrackets(),
          highlightActiveLine(), highlightActiveLineGutter(), marks,
          EditorState.allowMultipleSelections.of(true), indentUnit.of("    "),
          python(), syntaxHighlighting(colours), look,
          keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap, indentWithTab]),
          EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0", autocapitalize: "off", spellcheck: "false" }),
          EditorView.updateListener.of((update) => { if (update.docChanged) onChange(); }),
        ],
      }),
    });
  }

  // What undo knows, to be given to an editor of the same text.
  get past() {
    return JSON.stringify(this.view.state.toJSON({ history: historyField }));
  }

  get text() {
    return this.view.state.doc.toString().replaceAll("\n", this.lineEnd);
  }

  // One step of the history of its own: the editor's undo brings the old text back.
  replace(text) {
    const { state } = this.view;
    this.lineEnd = lineEnd(text);
    this.view.dispatch({
      changes: { from: 0, to: state.doc.length, insert: text },
      annotations: isolateHistory.of("full"),
      userEvent: "input.replace",
    });
  }

  // Writes over a part of a line, from and to in UTF-16 units; quick ones after each other are undone together.
  write(line, from, to, insert) {
    const { doc } = this.view.state;
    if (line < 1 || line > doc.lines) return;
    const start = doc.line(line).from;
    this.view.dispatch({
      changes: { from: start + from, to: start + to, insert },
      userEvent: "input.type.parameter",
    });
  }

  // Marks the lines that an exception went through, and no others.
  mark(failed, callers) {
    const kinds = (lines, kind) => Array.from(lines, (line) => ({ line, kind }));
    this.view.dispatch({ effects: setMarks.of([...kinds(failed, "failed"), ...kinds(callers, "caller")]) });
  }

  // The editor alone scrolls: CodeMirror's own way would move the page, too.
  reveal(line) {
    const { doc } = this.view.state;
    if (line < 1 || line > doc.lines) return;
    const { scrollDOM } = this.view;
    scrollDOM.scrollTop = this.view.lineBlockAt(doc.line(line).from).top - scrollDOM.clientHeight / 2;
  }

  // Puts the cursor at a line's first letter.
  goTo(line) {
    const { doc } = this.view.state;
    if (line < 1 || line > doc.lines) return;
    const { from, text } = doc.line(line);
    this.view.dispatch({ selection: { anchor: from + text.length - text.trimStart().length } });
    this.reveal(line);
    this.view.focus();
  }

  focus() {
    this.view.focus();
  }

  destroy() {
    this.view.destroy();
  }
}

// Rust has no word for it. Relative to the page, as all its addresses are.
export function load(url) {
  return import(new URL(url, document.baseURI));
}
