import { svg, html } from 'lit';

/** A tree trained along three wires. */
export function logo(size: number) {
    return html`<svg width=${size} height=${size} viewBox="0 0 32 32" fill="none" stroke="var(--accent)"
        stroke-width="2.2" stroke-linecap="round" aria-hidden="true">${svg`
        <path d="M16 30V5"/><path d="M16 24H8q-4 0-4-4"/><path d="M16 24h8q4 0 4-4"/>
        <path d="M16 16h-5q-4 0-4-4"/><path d="M16 16h5q4 0 4-4"/><path d="M16 9h-2q-3 0-3-3"/><path d="M16 9h2q3 0 3-3"/>`}
    </svg>`;
}
