import { LitElement, css, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import './upgrade-form';
import { Device, OrderOverview, Program, Upgrade, api } from './api';
import { ago, shortDigest } from './format';
import { refreshed } from './refresh';
import { shared, tone } from './style';

const STEP_STATES: Upgrade['state'][] = ['waiting', 'under-way', 'upgraded', 'failed', 'withdrawn', 'left-out'];

/** Programs of the agent, the form that orders one for some devices, and what became of the orders. */
@customElement('espalier-upgrades')
export class UpgradesPage extends LitElement {
    static styles = [shared, css`
        h1 { margin-bottom: 18px; }
        section { margin-bottom: 16px; }
        .devices { min-width: 150px; }
    `];

    @property({ attribute: false }) devices: Device[] = [];
    @state() private programs: Program[] | null = null;
    @state() private orders: OrderOverview[] | null = null;
    @state() private problem: string | null = null;

    constructor() {
        super();
        refreshed(this, () => this.load());
    }

    protected firstUpdated() {
        void this.load();
    }

    private async load() {
        try {
            [this.programs, this.orders] = await Promise.all([api.programs(), api.orders()]);
            this.problem = null;
        } catch (e) {
            this.problem = (e as Error).message;
        }
    }

    render() {
        return html`
            <h1>Upgrades of the agent</h1>
            ${this.problem ? html`<p class="problem" role="alert">${this.problem}</p>` : nothing}
            ${this.programs === null || this.orders === null ? nothing : html`
                <section class="card"><h2>Order an upgrade</h2>
                    <espalier-upgrade-form .devices=${this.devices} .programs=${this.programs}
                        @program-added=${() => this.load()}></espalier-upgrade-form></section>
                <section class="card"><h2>Orders</h2>${this.table(this.orders)}</section>`}`;
    }

    private table(orders: OrderOverview[]) {
        if (orders.length === 0) {
            return html`<div class="empty" id="no-orders">No upgrade was ordered yet. An order brings one program to some devices,
                batch by batch, and stops by itself at the first device that fails.</div>`;
        }
        return html`<div class="scroll"><table id="orders">
            <tr><th>Ordered</th><th>Program</th><th>State</th><th>Devices</th><th class="number">Batch</th><th>Note</th></tr>
            ${orders.map(order => html`<tr>
                <td><a href="#/upgrades/${encodeURIComponent(order.id)}">${ago(order.createdAt)}</a></td>
                <td>${order.program.version} <span class="muted">${order.program.arch}
                    <span class="mono">${shortDigest(order.program.digest)}</span></span></td>
                <td><span class="badge ${tone(order.state)}">${order.state}</span></td>
                <td class="devices">${devicesOf(order)}</td>
                <td class="number">${order.batchSize}</td>
                <td class="muted">${order.reason}</td></tr>`)}
        </table></div>`;
    }
}

function devicesOf(order: OrderOverview): string {
    return STEP_STATES.filter(state => order.deviceCounts[state])
        .map(state => `${order.deviceCounts[state]} ${state.replace('-', ' ')}`).join(', ');
}
