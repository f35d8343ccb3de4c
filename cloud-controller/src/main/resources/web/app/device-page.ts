import { LitElement, PropertyValues, css, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import './budget-form';
import './chart';
import { Device, DeviceEvent, Explanation, TelemetryPoint, api } from './api';
import { accuracyOption, channelsOption, latencyOption, variantsOf } from './device-charts';
import { ago, bytes, clock, count, duration, kindOfModel, percent, seconds, shortDigest, shortDigests } from './format';
import { withinBudget } from './fleet-page';
import { refreshed } from './refresh';
import { shared, tone } from './style';

const SHOWN_MINUTES = 60;

/** One device, and the answer to "why this model?": budget, candidates, promise, measurement, what was cut. */
@customElement('espalier-device')
export class DevicePage extends LitElement {
    static styles = [shared, css`
        .top { display: flex; flex-wrap: wrap; gap: 12px; align-items: center; margin-bottom: 18px; }
        .top .space { flex: 1; }
        .actions { display: flex; flex-wrap: wrap; gap: 12px; }
        .grid { display: grid; grid-template-columns: repeat(12, 1fr); gap: 16px; }
        .wide { grid-column: span 12; } .half { grid-column: span 6; } .most { grid-column: span 7; } .less { grid-column: span 5; }
        @media (max-width: 900px) { .half, .most, .less { grid-column: span 12; } }
        .facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(128px, 1fr)); gap: 16px; margin-top: 14px; }
        .facts b { display: block; font-size: 19px; line-height: 1.35; font-weight: 640; font-variant-numeric: tabular-nums; }
        .agent { display: flex; flex-wrap: wrap; gap: 10px 32px; align-items: baseline; overflow-wrap: anywhere; }
        .agent b { font-size: 19px; font-weight: 640; font-variant-numeric: tabular-nums; margin-right: 10px; }
        #events td, .note { overflow-wrap: anywhere; }
        /* Behind the edge of a narrow screen, where it is scrolled to: it shall not make what is seen of its row tall. */
        .note { min-width: 16em; }
        @media (max-width: 640px) { .note { min-width: 32em; } }
        .why { font-size: 15px; margin: 0; max-width: 82ch; }
        espalier-chart { height: 230px; }
        tr.chosen td { font-weight: 600; }
        .good { color: var(--good-ink); } .bad { color: var(--bad-ink); }
        .bar { height: 6px; border-radius: 3px; background: var(--soft); overflow: hidden; margin-top: 10px; }
        .bar i { display: block; height: 100%; background: var(--accent); }
        .back { text-decoration: none; }
    `];

    @property({ attribute: false }) deviceId = '';
    @property({ attribute: false }) device: Device | null = null;
    @state() private explanation: Explanation | null = null;
    @state() private points: TelemetryPoint[] = [];
    @state() private events: DeviceEvent[] = [];
    @state() private problem: string | null = null;
    private shownVersion = '';

    constructor() {
        super();
        refreshed(this, () => this.load());
    }

    protected willUpdate(changed: PropertyValues<this>) {
        if (changed.has('deviceId')) {
            this.explanation = null;
            this.points = [];
            this.events = [];
        }
        const version = `${this.deviceId} ${this.device?.state} ${this.device?.active?.variantDigest}`;
        if (version !== this.shownVersion) {
            this.shownVersion = version;
            void this.load();
        }
    }

    private async load() {
        const id = this.deviceId;
        try {
            const [explanation, telemetry, events] =
                await Promise.all([api.explanation(id), api.telemetry(id, SHOWN_MINUTES), api.events(id)]);
            if (id !== this.deviceId) return;
            this.explanation = explanation;
            this.points = telemetry.points;
            this.events = events;
            this.problem = null;
        } catch (e) {
            this.problem = (e as Error).message;
        }
    }

    render() {
        const device = this.device;
        if (!device) {
            return html`<div class="card empty"><h2>No device is called "${this.deviceId}"</h2>
                <p><a href="#/">Back to the fleet</a></p></div>`;
        }
        return html`
            <div class="top">
                <a class="back" href="#/" aria-label="Back to the fleet">← Fleet</a>
                <h1>${device.id}</h1>
                <span class="badge ${tone(device.state)}" id="state">${device.state}</span>
                <span class="muted">${device.online ? 'online' : `last seen ${ago(device.lastSeenAt)}`}${
                    device.simulatedSlowdown && device.simulatedSlowdown > 1 ? ` · simulated ${device.simulatedSlowdown}x slower` : ''}</span>
                ${certificate(device)}
                <span class="space"></span>
                <span class="actions">
                <button @click=${() => this.act(() => api.replan(device.id))}>Plan again</button>
                <button @click=${() => this.act(() => api.undo(device.id))}>Undo</button>
                ${device.pinned
                    ? html`<button @click=${() => this.act(() => api.unpin(device.id))}>Unpin</button>`
                    : html`<button ?disabled=${!device.active} @click=${() => this.act(() => api.pin(device.id, device.active!.variantDigest))}>Pin</button>`}
                <button id="revoke" @click=${() => this.revoke(device.id)}>Revoke</button>
                </span>
            </div>
            ${this.problem ? html`<p class="problem" role="alert">${this.problem}</p>` : nothing}
            <div class="grid">
                <section class="card wide">${this.why(device)}</section>
                <section class="card half"><h2>Latency on the device</h2>${this.latency(device)}</section>
                <section class="card half"><h2>Accuracy on the device</h2>${this.accuracy(device)}</section>
                <section class="card most"><h2>Candidates</h2>${this.candidates()}</section>
                <section class="card less"><h2>Kept channels per layer</h2>${this.channels(device)}</section>
                <section class="card wide"><h2>Budget</h2><espalier-budget-form .device=${device}></espalier-budget-form></section>
                <section class="card wide"><h2>Agent</h2>${this.agent(device)}</section>
                <section class="card most"><h2>Deployments</h2>${this.deployments()}</section>
                <section class="card less"><h2>Events</h2>${this.history()}</section>
            </div>`;
    }

    private why(device: Device) {
        const job = device.job;
        const fact = (value: string, name: string, style = '') => html`<div><b class=${style}>${value}</b><span class="muted">${name}</span></div>`;
        return html`
            <h2>Why this model?</h2>
            <p class="why" id="why">${shortDigests(device.refusal?.detail ?? this.explanation?.text ?? device.stateDetail ?? 'Nothing has been decided yet.')}</p>
            ${job ? html`<div class="bar"><i style="width: ${job.total ? Math.min(100, 100 * (job.done ?? 0) / job.total) : 3}%"></i></div>
                <span class="muted">${job.stage ?? 'waiting'}${job.secondsLeft ? `, about ${seconds(job.secondsLeft)} left` : ''}</span>` : nothing}
            <div class="facts">
                ${fact(duration(device.dense?.p95Micros), 'unpruned p95')}
                ${fact(duration(device.budget?.latencyP95Micros), `budget p95${device.budget?.source === 'group' ? ' (group)' : ''}`)}
                ${fact(duration(device.active?.predictedP95Micros), 'predicted p95')}
                ${fact(duration(device.measured?.p95Micros), `measured p95, ${count(device.measured?.samples ?? 0)} samples`,
                    device.budget?.latencyP95Micros && device.measured ? (withinBudget(device) ? 'good' : 'bad') : '')}
                ${fact(percent(device.dense?.accuracy), 'unpruned accuracy')}
                ${fact(percent(device.active?.accuracy), 'accuracy on test data')}
                ${fact(percent(device.measured?.accuracy), 'accuracy on the device')}
                ${fact(bytes(device.active?.sizeBytes), `size, unpruned ${bytes(device.dense?.sizeBytes)}`)}
            </div>`;
    }

    private latency(device: Device) {
        if (this.points.length === 0) return noTelemetry();
        const points = this.points;
        return html`<espalier-chart id="latency" .option=${() => latencyOption(points, device)}></espalier-chart>
            <span class="muted">variants <span class="mono">${variantsOf(points)}</span></span>`;
    }

    private accuracy(device: Device) {
        const points = this.points;
        if (!points.some(point => point.accuracy !== null)) {
            return html`<div class="empty">No labelled samples yet. Accuracy appears when the device replays labelled
                data.</div>`;
        }
        return html`<espalier-chart id="accuracy" .option=${() => accuracyOption(points, device)}></espalier-chart>`;
    }

    private candidates() {
        const candidates = this.explanation?.candidates ?? [];
        if (candidates.length === 0) return html`<div class="empty">No plan yet: it needs a budget and a measured device.</div>`;
        return html`<div class="scroll"><table id="candidates">
            <tr><th>Candidate</th><th class="number">Predicted p95</th><th class="number">MACs</th><th class="number">Parameters</th>
                <th class="number">Score</th><th>Why</th></tr>
            ${candidates.map(candidate => html`<tr class=${candidate.chosen ? 'chosen' : ''}>
                <td>${candidate.chosen ? '✓ ' : ''}${kindOfModel(candidate.name)}</td>
                <td class="number">${duration(candidate.predictedP95Micros)}</td>
                <td class="number">${count(candidate.macs)}</td><td class="number">${count(candidate.parameters)}</td>
                <td class="number">${candidate.score?.toFixed(3) ?? '–'}</td><td class="muted note">${shortDigests(candidate.reason ?? '')}</td></tr>`)}
        </table></div>`;
    }

    private channels(device: Device) {
        const layers = this.explanation?.keptChannels ?? [];
        if (layers.length === 0) {
            return html`<div class="empty">${device.active ? 'The unpruned model runs: nothing is cut.' : 'No model runs yet.'}</div>`;
        }
        return html`<espalier-chart id="channels" style="height: ${Math.max(90, layers.length * 27)}px"
            .option=${() => channelsOption(layers)}></espalier-chart>`;
    }

    private agent(device: Device) {
        const agent = device.agent;
        if (!agent) return html`<div class="empty">Nothing is known of the agent until it has reported for the first time.</div>`;
        const upgrade = agent.upgrade;
        const what = upgrade ? `${upgrade.version} ${upgrade.state.replace('-', ' ')}` : '';
        return html`
            <div class="agent" id="agent">
                <div><b>${agent.version}</b><span class="muted">${agent.programDigest
                    ? html`program <span class="mono">${shortDigest(agent.programDigest)}</span>` : 'as it was installed'}</span></div>
                ${upgrade ? html`<div><span class="badge ${tone(upgrade.state)}" id="upgrade">${what}</span>
                    <span class="muted">${ago(upgrade.changedAt)}${upgrade.detail ? `: ${shortDigests(upgrade.detail)}` : ''}</span></div>` : nothing}
                ${agent.refusedDigest && upgrade?.state !== 'failed' ? html`<div><span class="muted">gave up program
                    <span class="mono">${shortDigest(agent.refusedDigest)}</span>: ${agent.refusedWhy}</span></div>` : nothing}
                ${agent.upgradable ? nothing : html`<div><span class="muted">It is upgraded by its package only. To upgrade it from
                    here, run it under systemd as its package sets it up, or under another supervisor that starts it again, with
                    <span class="mono">STATE_DIRECTORY</span> set.</span></div>`}
            </div>`;
    }

    private deployments() {
        const history = this.explanation?.history ?? [];
        if (history.length === 0) return html`<div class="empty">Nothing has been delivered yet.</div>`;
        return html`<div class="scroll"><table id="deployments">
            <tr><th>When</th><th>Variant</th><th>State</th><th class="number">Trial p95</th><th>Note</th></tr>
            ${history.map(deployment => html`<tr>
                <td class="number" style="text-align: left">${clock(deployment.createdAt)}</td>
                <td class="mono">${shortDigest(deployment.variantDigest)}</td>
                <td><span class="badge ${tone(deployment.state)}">${deployment.state.toLowerCase()}</span></td>
                <td class="number">${duration(deployment.trial?.p95Micros)}</td>
                <td class="muted note">${shortDigests(deployment.reason ?? kindOfModel(deployment.kind))}</td></tr>`)}
        </table></div>`;
    }

    private history() {
        if (this.events.length === 0) return html`<div class="empty">No events yet.</div>`;
        return html`<div class="scroll"><table id="events">${this.events.slice(0, 12).map(event => html`<tr>
            <td class="number" style="text-align: left">${clock(event.at)}</td><td title=${event.text}>${
                shortDigests(event.text)}</td></tr>`)}</table></div>`;
    }

    private async revoke(id: string) {
        if (!window.confirm(`Revoke ${id}? It is told nothing any more and its certificate counts no more. To take it back, `
            + 'replace it: it then needs another key and another claim token.')) return;
        await this.act(async () => {
            await api.retire(id);
            location.hash = '#/';
        });
    }

    private async act(action: () => Promise<void>) {
        try {
            await action();
            await this.load();
        } catch (e) {
            this.problem = (e as Error).message;
        }
    }
}

const certificate = (device: Device) => {
    const held = device.certificate;
    if (!held) return nothing;
    const when = new Date(held.expiresAt).toLocaleString();
    return html`<span class="badge ${held.state === 'valid' ? 'plain' : 'warn'}" id="certificate">${
        held.state === 'revoked' ? 'certificate revoked' : held.state === 'expired' ? `certificate expired ${when}` : `certificate until ${when}`}</span>`;
};

const noTelemetry = () => html`<div class="empty">No measurements yet. They arrive within seconds of the first inference.</div>`;
