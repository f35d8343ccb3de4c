import { LitElement, PropertyValues, css, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { Order, api } from './api';
import { ago, clock, shortDigest, shortDigests } from './format';
import { refreshed } from './refresh';
import { shared, tone } from './style';

/** What one order has come to, device by device, and the button that ends it. */
@customElement('espalier-order')
export class OrderPage extends LitElement {
    static styles = [shared, css`
        .top { display: flex; flex-wrap: wrap; gap: 12px; align-items: center; margin-bottom: 18px; }
        .top .space { flex: 1; }
        .back { text-decoration: none; }
        td { overflow-wrap: anywhere; }
    `];

    @property({ attribute: false }) orderId = '';
    @state() private order: Order | null = null;
    @state() private problem: string | null = null;

    constructor() {
        super();
        refreshed(this, () => this.load());
    }

    protected willUpdate(changed: PropertyValues<this>) {
        if (changed.has('orderId')) {
            this.order = null;
            void this.load();
        }
    }

    private load() {
        const id = this.orderId;
        return this.show(id, () => api.order(id));
    }

    private async show(id: string, answer: () => Promise<Order>) {
        try {
            const order = await answer();
            if (id !== this.orderId) return;
            this.order = order;
            this.problem = null;
        } catch (e) {
            this.problem = (e as Error).message;
        }
    }

    render() {
        return html`
            <div class="top">
                <a class="back" href="#/upgrades" aria-label="Back to the upgrades">← Upgrades</a>
                ${this.order ? this.title(this.order) : nothing}
            </div>
            ${this.problem ? html`<p class="problem" role="alert">${this.problem}</p>` : nothing}
            ${this.order ? this.devices(this.order) : nothing}`;
    }

    private title(order: Order) {
        return html`
            <h1>${order.program.version} for ${order.program.arch}</h1>
            <span class="badge ${tone(order.state)}" id="state">${order.state}</span>
            <span class="muted">program <span class="mono">${shortDigest(order.program.digest)}</span> · ordered ${
                ago(order.createdAt)} · ${order.batchSize} at once</span>
            <span class="space"></span>
            ${order.state === 'running'
                ? html`<button id="cancel" @click=${() => this.cancel(order.id)}>Cancel the order</button>` : nothing}`;
    }

    private devices(order: Order) {
        return html`
            ${order.state === 'stopped' ? html`<p class="problem" id="reason">${shortDigests(order.reason)}</p>` : nothing}
            <section class="card"><div class="scroll"><table id="devices">
                <tr><th>Device</th><th>State</th><th>Had before</th><th>Since</th><th>Note</th></tr>
                ${order.devices.map(step => html`<tr>
                    <td><a href="#/devices/${encodeURIComponent(step.device)}">${step.device}</a></td>
                    <td><span class="badge ${tone(step.state)}">${step.state.replace('-', ' ')}</span></td>
                    <td>${step.versionBefore ?? '–'}</td>
                    <td class="number" style="text-align: left">${clock(step.changedAt)}</td>
                    <td class="muted">${shortDigests(step.detail)}</td></tr>`)}
            </table></div></section>`;
    }

    private async cancel(id: string) {
        if (!window.confirm('Cancel this order? Devices that run the program keep it; those that have not answered stay with what '
            + 'they have, and no other is told.')) return;
        await this.show(id, () => api.cancelOrder(id));
    }
}
