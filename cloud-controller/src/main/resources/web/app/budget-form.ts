import { LitElement, css, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { Device, Problem, api } from './api';
import { duration } from './format';
import { shared } from './style';

/** Sets what the device must achieve. A budget under the device's floor comes back with the floor. */
@customElement('espalier-budget-form')
export class BudgetForm extends LitElement {
    static styles = [shared, css`
        form { display: flex; flex-wrap: wrap; gap: 10px; align-items: end; }
        label { display: grid; gap: 3px; font-size: 12.5px; color: var(--muted); }
        input {
            font: inherit; width: 118px; padding: 6px 9px; border-radius: 8px; border: 1px solid var(--line-strong);
            background: var(--page); color: var(--ink);
        }
        p { margin: 10px 0 0; }
    `];

    @property({ attribute: false }) device!: Device;
    @state() private problem: string | null = null;
    @state() private saved = false;

    render() {
        const budget = this.device.budget;
        return html`
            <form @submit=${this.save}>
                <label>p95 latency, ms<input name="latency" type="number" step="any" min="0"
                    .value=${budget?.latencyP95Micros ? String(+(budget.latencyP95Micros / 1000).toFixed(4)) : ''}></label>
                <label>model size, KiB<input name="size" type="number" step="any" min="0"
                    .value=${budget?.sizeBytes ? String(Math.round(budget.sizeBytes / 1024)) : ''}></label>
                <label>peak memory, MiB<input name="memory" type="number" step="any" min="0"
                    .value=${budget?.memoryBytes ? String(+(budget.memoryBytes / 1048576).toFixed(2)) : ''}></label>
                <button class="primary">Set budget</button>
                ${budget ? html`<button type="button" @click=${this.clear}>Remove</button>` : nothing}
            </form>
            ${this.problem ? html`<p class="problem" role="alert">${this.problem}</p>` : nothing}
            ${this.saved ? html`<p class="muted" role="status">Saved. The device is planned anew.</p>` : nothing}`;
    }

    private async save(event: SubmitEvent) {
        event.preventDefault();
        const form = new FormData(event.target as HTMLFormElement);
        const value = (name: string, factor: number) => {
            const text = String(form.get(name) ?? '').trim();
            return text ? Number(text) * factor : undefined;
        };
        const size = value('size', 1024);
        const memory = value('memory', 1048576);
        await this.run(() => api.setBudget(this.device.id, {
            latencyP95Micros: value('latency', 1000),
            sizeBytes: size === undefined ? undefined : Math.round(size),
            memoryBytes: memory === undefined ? undefined : Math.round(memory),
        }));
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
