import { css } from 'lit';

/** What every page shares: type, cards, badges, tables. Colours are custom properties set on the document. */
export const shared = css`
    :host { display: block; color: var(--ink); font: 14px/1.5 var(--font); }
    h1 { font-size: 22px; line-height: 1.25; font-weight: 650; letter-spacing: -0.01em; margin: 0; }
    h2 { font-size: 15px; font-weight: 620; margin: 0 0 12px; }
    a { color: var(--accent-ink); }
    .muted { color: var(--muted); }
    .number { font-variant-numeric: tabular-nums; }
    .mono { font-family: var(--mono); font-size: 0.93em; }
    .card { background: var(--surface); border: 1px solid var(--line); border-radius: 12px; padding: 18px 20px; min-width: 0; }
    .empty { padding: 40px 20px; text-align: center; color: var(--muted); }
    .problem {
        background: var(--bad-soft); color: var(--bad-ink); border: 1px solid var(--bad-line);
        border-radius: 10px; padding: 10px 14px;
    }
    table { border-collapse: collapse; width: 100%; font-size: 13.5px; }
    th { text-align: left; font-weight: 560; color: var(--muted); padding: 6px 12px 6px 0; white-space: nowrap; }
    td { border-top: 1px solid var(--line); padding: 8px 12px 8px 0; vertical-align: top; }
    th.number, td.number { text-align: right; white-space: nowrap; }
    .scroll { overflow-x: auto; }
    button {
        font: inherit; font-weight: 560; color: var(--ink); background: var(--surface); border: 1px solid var(--line-strong);
        border-radius: 8px; padding: 6px 14px; cursor: pointer;
    }
    button:hover:not(:disabled) { border-color: var(--accent); }
    button:disabled { opacity: 0.5; cursor: default; }
    button.primary { background: var(--accent); border-color: var(--accent); color: var(--on-accent); }
    :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
    form.line { display: flex; flex-wrap: wrap; gap: 10px; align-items: end; }
    form.line label { display: grid; gap: 3px; font-size: 12.5px; color: var(--muted); }
    form.line input, form.line select {
        font: inherit; width: 138px; height: 35px; padding: 6px 9px; border-radius: 8px; border: 1px solid var(--line-strong);
        background: var(--page); color: var(--ink); box-sizing: border-box;
    }
    .badge {
        display: inline-flex; align-items: center; gap: 6px; border-radius: 99px; padding: 1px 10px;
        font-size: 12.5px; font-weight: 560; white-space: nowrap; background: var(--soft); color: var(--muted);
    }
    .badge::before { content: ''; width: 7px; height: 7px; border-radius: 50%; background: currentColor; }
    .badge.good { background: var(--good-soft); color: var(--good-ink); }
    .badge.busy { background: var(--busy-soft); color: var(--busy-ink); }
    .badge.bad { background: var(--bad-soft); color: var(--bad-ink); }
    .badge.warn { background: var(--warn-soft); color: var(--warn-ink); }
`;

const TONE: Record<string, string> = {
    serving: 'good', accepted: 'good', upgraded: 'good', 'under-way': 'busy', waiting: 'busy',
    measuring: 'busy', planning: 'busy', pruning: 'busy', delivering: 'busy', enrolled: 'busy',
    running: 'busy', done: 'good', stopped: 'bad', refused: 'warn', failed: 'bad', offline: 'plain', retired: 'plain',
};

/** The badge colour of the state of a device, a deployment or an order. */
export function tone(state: string): string {
    return TONE[state.toLowerCase()] ?? 'plain';
}
