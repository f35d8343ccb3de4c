import { LitElement, css, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { Budget, Device, Problem, api } from './api';
import { duration } from './format';
import { shared } from './style';

interface Field {
    name: 'latencyP95Micros' | 'sizeBytes' | 'memoryBytes' | 'minAccuracy';
    label: string;
    /** What one of the shown unit is in the API's. */
    factor: number;
    whole: boolean;
}

const FIELDS: Field[] = [
    { name: 'latencyP95Micros', label: 'p95 latency, ms', factor: 1000, whole: false },
    { name: 'sizeBytes', label: 'model size, kB', factor: 1000, whole: true },
    { name: 'memoryBytes', label: 'peak memory, MB', factor: 1_000_000, whole: true },
    { name: 'minAccuracy', label: 'least accuracy, %', factor: 0.01, whole: false },
];

function shown(field: Field, budget: Budget | null): string {
    const value = budget?.[field.name];
    return value ? String(+(value / field.factor).toPrecision(4)) : '';
}

function typed(field: Field, text: string): number {
    const value = Number(text) * field.factor;
    return field.whole ? Math.round(value) : +value.toPrecision(12);
}

/** Sets what the device must achieve. A budget under the device's floor comes back with the floor. */
@customElement('espalier-budget-form')
export class BudgetForm extends LitElement {
    static styles = [shared, css`
        p { margin: 10px 0 0; }
    `];

    @property({ attribute: false }) device!: Device;
    @state() private problem: string | null = null;
    @state() private saved = false;

    render() {
        const budget = this.device.budget;
        return html`
            <form class="line" @submit=${this.save}>
                ${FIELDS.map(field => html`<label>${field.label}<input name=${field.name} type="number" step="any" min="0"
                    .value=${shown(field, budget)}></label>`)}
                <button class="primary">Set budget</button>
                ${budget ? html`<button type="button" @click=${this.clear}>Remove</button>` : nothing}
            </form>
            ${this.problem ? html`<p class="problem" role="alert">${this.problem}</p>` : nothing}
            ${this.saved ? html`<p class="muted" role="status">Saved. The device is planned anew.</p>` : nothing}`;
    }

    private async save(event: SubmitEvent) {
        event.preventDefault();
        const form = new FormData(event.target as HTMLFormElement);
        const budget: Budget = {};
        for (const field of FIELDS) {
            const text = String(form.get(field.name) ?? '').trim();
            // What was not touched goes back as it came: rounded for the eye, it would be another goal.
            if (text) budget[field.name] = text === shown(field, this.device.budget)
                ? this.device.budget?.[field.name] : typed(field, text);
        }
        await this.run(() => api.setBudget(this.device.id, budget));
    }

    private async clear() {
        await this.run(() => api.removeBudget(this.device.id));
    }

    private async run(action: () => Promise<void>) {
        this.problem = null;
        this.saved = false;
        try {
            await action();
            this.saved = true;
        } catch (e) {
            const floor = e instanceof Problem ? e.body.floorP95Micros : undefined;
            this.problem = typeof floor === 'number'
                ? `This device needs at least ${duration(floor)}. ${(e as Error).message}` : (e as Error).message;
        }
    }
}
