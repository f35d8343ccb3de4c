/** Numbers as people read them, always with their unit, by the rules of Units.java. A value that is not known is an en dash. */

const UNKNOWN = '–';

export function duration(micros: number | null | undefined): string {
    if (micros === null || micros === undefined || !Number.isFinite(micros)) return UNKNOWN;
    return micros < 999.5 ? `${significant(micros)} µs` : `${significant(micros / 1000)} ms`;
}

export function bytes(value: number | null | undefined): string {
    if (value === null || value === undefined) return UNKNOWN;
    if (value < 1000) return `${value} B`;
    return value < 999_500 ? `${significant(value / 1000)} kB` : `${significant(value / 1_000_000)} MB`;
}

export function percent(fraction: number | null | undefined): string {
    return fraction === null || fraction === undefined ? UNKNOWN : `${(fraction * 100).toFixed(1)} %`;
}

export function count(value: number | null | undefined): string {
    if (value === null || value === undefined) return UNKNOWN;
    if (value < 10_000) return value.toLocaleString('en');
    if (value < 1_000_000) return `${significant(value / 1000)} K`;
    return `${significant(value / 1_000_000)} M`;
}

export function seconds(value: number | null | undefined): string {
    if (value === null || value === undefined) return UNKNOWN;
    return value < 90 ? `${Math.round(value)} s` : `${Math.round(value / 60)} min`;
}

/** The first digits of a digest: enough to tell two variants apart at a glance. */
export function shortDigest(digest: string | null | undefined): string {
    return digest ? digest.slice(0, 8) : UNKNOWN;
}

/** A text as the controller or a device told it, with every digest in it as short as elsewhere on the page. */
export function shortDigests(text: string): string {
    return text.replace(/\b[0-9a-f]{64}\b/g, digest => shortDigest(digest));
}

/** What kind of model runs, in words. */
export function kindOfModel(kind: string | null | undefined): string {
    return kind === 'dense' ? 'unpruned' : kind ?? '';
}

export function clock(iso: string | null | undefined): string {
    return iso ? new Date(iso).toLocaleTimeString('en-GB') : UNKNOWN;
}

export function ago(iso: string | null | undefined, now = Date.now()): string {
    if (!iso) return 'never';
    const elapsedSeconds = Math.max(0, Math.round((now - Date.parse(iso)) / 1000));
    if (elapsedSeconds < 60) return `${elapsedSeconds} s ago`;
    if (elapsedSeconds < 3600) return `${Math.round(elapsedSeconds / 60)} min ago`;
    if (elapsedSeconds < 86_400) return `${Math.round(elapsedSeconds / 3600)} h ago`;
    return `${Math.round(elapsedSeconds / 86_400)} days ago`;
}

function significant(value: number): string {
    if (value === 0) return '0';
    const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
    return value.toFixed(Math.min(digits, 3));
}
