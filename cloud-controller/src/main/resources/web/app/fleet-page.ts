import { LitElement, css, html, nothing, render } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import '@vaadin/grid/vaadin-grid.js';
import '@vaadin/grid/vaadin-grid-sort-column.js';
import type { GridColumn } from '@vaadin/grid/vaadin-grid-column.js';
import './claim-form';
import { DEVICE_STATES, Device } from './api';
import { bytes, duration, kindOfModel, percent, seconds, shortDigest } from './format';
import { shared, tone } from './style';

interface Row {
    device: Device;
    id: string;
    state: string;
    budget: number;
    predicted: number;
    measured: number;
    accuracy: number;
    size: number;
    variant: string;
    agent: string;
}

/** A screen with room for three columns: what they leave out is on each device's page. */
const NARROW = matchMedia('(max-width: 640px)');

/** Every device on one line: what it must do, what was promised, what it does. */
@customElement('espalier-fleet')
export class FleetPage extends LitElement {
    static styles = [shared, css`
        .top { display: flex; flex-wrap: wrap; gap: 14px; align-items: end; margin-bottom: 18px; }
        .top h1 { flex: 1; min-width: 160px; }
        .tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 14px; margin-bottom: 20px; }
        .tile { padding: 14px 18px; }
        .tile b { display: block; font-size: 26px; line-height: 1.2; font-weight: 640; font-variant-numeric: tabular-nums; }
        .tile.warn b { color: var(--warn-ink); }
        .tile.good b { color: var(--good-ink); }
        input, select {
            font: inherit; padding: 7px 11px; border-radius: 8px; border: 1px solid var(--line-strong);
            background: var(--surface); color: var(--ink);
        }
        input { width: 240px; max-width: 100%; box-sizing: border-box; }
        .claim { margin-bottom: 20px; }
        #no-devices { padding: 0 0 18px; text-align: left; }
        #no-devices p { margin: 0; max-width: 82ch; }
    `];

    @property({ attribute: false }) devices: Device[] = [];
    @state() private search = '';
    @state() private stateFilter = '';
    @state() private adding = false;
    @state() private narrow = NARROW.matches;
    private readonly fit = () => { this.narrow = NARROW.matches; };

    connectedCallback() {
        super.connectedCallback();
        NARROW.addEventListener('change', this.fit);
    }

    disconnectedCallback() {
        super.disconnectedCallback();
        NARROW.removeEventListener('change', this.fit);
    }

    /** Stays open when the first device comes, or that would take a claim from whoever makes or reads it. */
    protected willUpdate() {
        if (this.devices.length === 0) this.adding = true;
    }

    render() {
        const rows = this.rows();
        const none = this.devices.length === 0;
        const narrow = this.narrow;
        return html`
            <div class="top">
                <h1>Fleet</h1>
                <input id="search" type="search" placeholder="Search device, group, label" aria-label="Search devices"
                    .value=${this.search} @input=${(e: Event) => { this.search = (e.target as HTMLInputElement).value; }}>
                <select id="state" aria-label="State" @change=${(e: Event) => { this.stateFilter = (e.target as HTMLSelectElement).value; }}>
                    <option value="">All states</option>
                    ${DEVICE_STATES.map(value => html`<option value=${value}>${value}</option>`)}
                </select>
                ${none ? nothing : html`<button id="add" aria-expanded=${this.adding}
                    @click=${() => { this.adding = !this.adding; }}>Add devices</button>`}
            </div>
            ${this.adding ? this.claim(none) : nothing}
            ${none ? nothing : this.tiles()}
            ${none ? nothing : rows.length === 0 ? html`
                <div class="card empty" id="no-match">No device matches. Clear the search or choose all states.</div>` : html`
                <vaadin-grid id="fleet" .items=${rows} all-rows-visible theme="no-row-borders-none"
                    @active-item-changed=${(e: CustomEvent<{ value: Row | null }>) => openDevice(e.detail.value)}>
                    <vaadin-grid-sort-column path="id" header="Device" width=${narrow ? '130px' : '190px'} .renderer=${cell(deviceCell)}></vaadin-grid-sort-column>
                    <vaadin-grid-sort-column path="state" header="State" width=${narrow ? '112px' : '190px'} flex-grow=${narrow ? 0 : 1} .renderer=${cell(stateCell)}></vaadin-grid-sort-column>
                    <vaadin-grid-sort-column path="budget" header="Budget p95" width="120px" flex-grow="0" text-align="end" ?hidden=${narrow} .renderer=${cell(budgetCell)}></vaadin-grid-sort-column>
                    <vaadin-grid-sort-column path="predicted" header="Predicted p95" width="135px" flex-grow="0" text-align="end" ?hidden=${narrow} .renderer=${cell(row => number(duration(row.device.active?.predictedP95Micros)))}></vaadin-grid-sort-column>
                    <vaadin-grid-sort-column path="measured" header=${narrow ? 'p95' : 'Measured p95'} width=${narrow ? '118px' : '135px'} flex-grow="0" text-align="end" .renderer=${cell(narrow ? measuredOfBudgetCell : measuredCell)}></vaadin-grid-sort-column>
                    <vaadin-grid-sort-column path="accuracy" header="Accuracy" width="105px" flex-grow="0" text-align="end" ?hidden=${narrow} .renderer=${cell(accuracyCell)}></vaadin-grid-sort-column>
                    <vaadin-grid-sort-column path="size" header="Size" width="100px" flex-grow="0" text-align="end" ?hidden=${narrow} .renderer=${cell(row => number(bytes(row.device.active?.sizeBytes)))}></vaadin-grid-sort-column>
                    <vaadin-grid-sort-column path="variant" header="Variant" width="150px" ?hidden=${narrow} .renderer=${cell(variantCell)}></vaadin-grid-sort-column>
                    <vaadin-grid-sort-column path="agent" header="Agent" width="130px" ?hidden=${narrow} .renderer=${cell(agentCell)}></vaadin-grid-sort-column>
                </vaadin-grid>`}`;
    }

    private tiles() {
        const of = (...states: string[]) => this.devices.filter(device => states.includes(device.state)).length;
        const within = this.devices.filter(withinBudget).length;
        const refused = of('refused', 'failed');
        return html`
            <div class="tiles">
                <div class="card tile"><b>${this.devices.filter(d => d.online).length} / ${this.devices.length}</b><span class="muted">online</span></div>
                <div class="card tile good"><b>${within}</b><span class="muted">within budget</span></div>
                <div class="card tile"><b>${of('enrolled', 'measuring', 'planning', 'pruning', 'delivering')}</b><span class="muted">in progress</span></div>
                <div class="card tile ${refused ? 'warn' : ''}"><b>${refused}</b><span class="muted">need attention</span></div>
            </div>`;
    }

    private claim(none: boolean) {
        return html`
            <section class="card claim" id="claim-card">
                ${none ? html`<div class="empty" id="no-devices"><h2>No devices yet</h2>
                    <p>A device enrols with a claim token. Make one, put its line into the agent's configuration and start the
                    agent: it appears here by itself.</p></div>` : html`<h2>Add devices</h2>`}
                <espalier-claim-form></espalier-claim-form>
            </section>`;
    }

    private rows(): Row[] {
        const words = this.search.toLowerCase().split(/\s+/).filter(Boolean);
        return this.devices
            .filter(device => !this.stateFilter || device.state === this.stateFilter)
            .filter(device => words.every(word => searchText(device).includes(word)))
            .sort((a, b) => a.id.localeCompare(b.id, 'en', { numeric: true }))
            .map(device => ({
                device,
                id: device.id,
                state: device.state,
                budget: device.budget?.latencyP95Micros ?? 0,
                predicted: device.active?.predictedP95Micros ?? 0,
                measured: device.measured?.p95Micros ?? 0,
                accuracy: device.measured?.accuracy ?? 0,
                size: device.active?.sizeBytes ?? 0,
                variant: device.active?.variantDigest ?? '',
                agent: device.agentVersion ?? '',
            }));
    }
}

function searchText(device: Device): string {
    const labels = Object.entries(device.labels ?? {}).map(([key, value]) => `${key}=${value}`);
    return [device.id, device.group ?? '', device.modelName ?? '', device.active?.variantDigest ?? '', ...labels]
        .join(' ').toLowerCase();
}

/** The rule of the fleet: a device breaks its budget only when even the lower 95 % bound of its p95 exceeds it. */
export function withinBudget(device: Device): boolean {
    const budget = device.budget?.latencyP95Micros;
    return device.state !== 'refused' && !!budget && !!device.measured && device.measured.p95LowerMicros <= budget;
}

function cell(content: (row: Row) => unknown) {
    return (root: HTMLElement, _column: GridColumn, model: { item: Row }) => render(content(model.item), root);
}

const number = (text: string) => html`<span style="font-variant-numeric: tabular-nums">${text}</span>`;
const small = 'color: var(--muted); font-size: 12.5px';
/** Names of devices often differ in their last letters only. */
const whole = 'white-space: normal; overflow-wrap: anywhere';

function deviceCell({ device }: Row) {
    const notes = [device.group, device.simulatedSlowdown && device.simulatedSlowdown > 1
        ? `simulated ${device.simulatedSlowdown}x slower` : null].filter(Boolean).join(' · ');
    return html`<a href="#/devices/${encodeURIComponent(device.id)}" style="color: var(--ink); font-weight: 560; ${whole}">${device.id}</a>
        ${notes ? html`<div style="${small}; ${whole}">${notes}</div>` : nothing}`;
}

function stateCell({ device }: Row) {
    const job = device.job;
    const fraction = job?.total ? Math.min(1, (job.done ?? 0) / job.total) : null;
    return html`<span class="badge" style=${badgeStyle(device.state)}>${device.state}</span>
        ${job ? html`<div style=${small}>${job.stage ?? 'waiting'}${fraction === null ? '' : ` ${Math.round(fraction * 100)} %`}${
            job.secondsLeft ? `, ${seconds(job.secondsLeft)} left` : ''}</div>` : nothing}`;
}

function budgetCell({ device }: Row) {
    if (device.refusal) {
        return html`<span title=${device.refusal.detail} style="color: var(--warn-ink)">${
            duration(device.refusal.requestedP95Micros)}<div style=${small}>floor ${duration(device.refusal.floorP95Micros)}</div></span>`;
    }
    return number(duration(device.budget?.latencyP95Micros));
}

function measuredCell({ device }: Row) {
    if (!device.measured) return number(duration(null));
    const over = device.budget?.latencyP95Micros && !withinBudget(device);
    return html`<span style="font-variant-numeric: tabular-nums; ${over ? 'color: var(--bad-ink)' : ''}"
        title="95 % interval ${duration(device.measured.p95LowerMicros)} to ${duration(device.measured.p95UpperMicros)}, ${device.measured.samples} samples"
        >${duration(device.measured.p95Micros)}</span>`;
}

function measuredOfBudgetCell(row: Row) {
    const asked = row.device.refusal || row.device.budget?.latencyP95Micros;
    return html`${measuredCell(row)}${asked ? html`<div style=${small}>of ${budgetCell(row)}</div>` : nothing}`;
}

function accuracyCell({ device }: Row) {
    return number(percent(device.measured?.accuracy ?? device.active?.accuracy));
}

function variantCell({ device }: Row) {
    if (!device.active) return html`<span style="color: var(--muted)">none yet</span>`;
    return html`<span style="font-family: var(--mono); font-size: 13px">${shortDigest(device.active.variantDigest)}</span>
        <div style=${small}>${kindOfModel(device.active.kind)}${device.pinned ? ', pinned' : ''}</div>`;
}

function agentCell({ device }: Row) {
    const upgrade = device.agent?.upgrade;
    const open = upgrade?.state === 'waiting' || upgrade?.state === 'under-way';
    return html`<span style="display: block; overflow: hidden; text-overflow: ellipsis; font-variant-numeric: tabular-nums"
        title=${device.agentVersion ?? ''}>${device.agentVersion ?? '–'}</span>
        ${upgrade && (open || upgrade.state === 'failed') ? html`<div title=${upgrade.detail}
            style="${small}; overflow: hidden; text-overflow: ellipsis; ${open ? '' : 'color: var(--bad-ink)'}">${
            open ? `to ${upgrade.version}` : `not ${upgrade.version}`}</div>` : nothing}`;
}

/** Grid cells live outside this page's shadow root, so its style sheet does not reach them. */
function badgeStyle(state: string): string {
    const name = tone(state);
    const colours = name === 'plain' ? 'background: var(--soft); color: var(--muted)'
        : `background: var(--${name}-soft); color: var(--${name}-ink)`;
    return `${colours}; border-radius: 99px; padding: 1px 10px; font-size: 12.5px; font-weight: 560`;
}

function openDevice(row: Row | null) {
    if (row) location.hash = `#/devices/${encodeURIComponent(row.id)}`;
}
