import { LitElement, css, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { Device, Problem, Program, Selection, api } from './api';
import { bytes } from './format';
import { shared } from './style';

/** Takes a program in and orders it for the devices that meet what was typed. */
@customElement('espalier-upgrade-form')
export class UpgradeForm extends LitElement {
    static styles = [shared, css`
        form.line select[name=program] { width: 290px; }
        form.line input[name=labels], form.line input[name=devices] { width: 215px; }
        form.line input[name=batchSize] { width: 74px; }
        p { margin: 12px 0 0; }
        .upload { display: flex; flex-wrap: wrap; gap: 10px; align-items: center; margin-top: 14px; }
        input[type=file] { font: inherit; color: var(--muted); max-width: 100%; }
        ::file-selector-button {
            font: inherit; color: var(--ink); background: var(--surface); border: 1px solid var(--line-strong);
            border-radius: 8px; padding: 4px 12px; margin-right: 10px; cursor: pointer;
        }
    `];

    @property({ attribute: false }) devices: Device[] = [];
    @property({ attribute: false }) programs: Program[] = [];
    @state() private selection: Selection = { labels: {} };
    /** Its digest; null until one is chosen or uploaded, then the newest counts. */
    @state() private program: string | null = null;
    @state() private problem: string | null = null;
    @state() private status: string | null = null;
    @state() private busy = false;

    render() {
        return html`
            ${this.programs.length === 0 ? html`<p class="muted" id="no-programs">No program was uploaded yet. <span class="mono">./espalier
                package</span> makes one for each kind of processor.</p>` : this.order()}
            <div class="upload"><label for="archive" class="muted">Upload a program (.tar.gz)</label>
                <input id="archive" type="file" accept=".gz,application/gzip" ?disabled=${this.busy} @change=${this.upload}></div>
            ${this.status ? html`<p class="muted" role="status">${this.status}</p>` : nothing}
            ${this.problem ? html`<p class="problem" role="alert">${this.problem}</p>` : nothing}`;
    }

    private order() {
        const groups = [...new Set(this.devices.map(device => device.group).filter(group => group !== null))].sort();
        const found = this.found(this.selection);
        return html`
            <form class="line" @submit=${this.begin} @input=${this.choose}>
                <label>program<select name="program" required>${this.programs.map((program, index) => html`<option value=${program.digest}
                    .selected=${this.program ? program.digest === this.program : index === 0}>${
                    program.version} · ${program.arch} · ${bytes(program.sizeBytes)}</option>`)}</select></label>
                <label>group<select name="group"><option value="">any</option>
                    ${groups.map(group => html`<option>${group}</option>`)}</select></label>
                <label>labels<input name="labels" placeholder="site=berlin, line=2"></label>
                <label>devices<input name="devices" placeholder="ids; empty for all of these"></label>
                <label>at once<input name="batchSize" type="number" min="1" max="10000" value="1" required></label>
                <button class="primary" id="order" ?disabled=${this.busy || found === 0}>Order for ${devices(found)}</button>
            </form>`;
    }

    private found(selection: Selection): number {
        return this.devices.filter(device => device.state !== 'retired' && meets(device, selection)).length;
    }

    private choose(event: Event) {
        const form = new FormData(event.currentTarget as HTMLFormElement);
        this.program = String(form.get('program'));
        this.selection = selectionOf(form);
        this.problem = null;
    }

    private async begin(event: SubmitEvent) {
        event.preventDefault();
        const form = new FormData(event.target as HTMLFormElement);
        const program = this.programs.find(each => each.digest === form.get('program'));
        const selection = selectionOf(form);
        // An empty selection is the whole fleet, and Enter in any field comes here.
        if (!program || !window.confirm(`Order ${program.version} (${program.arch}) for ${devices(this.found(selection))}? They take it `
            + 'up batch by batch, and the order stops by itself at the first that fails.')) return;
        await this.run(async () => {
            const order = await api.orderUpgrade(program.digest, selection, Number(form.get('batchSize')));
            location.hash = `#/upgrades/${encodeURIComponent(order.id)}`;
            return null;
        });
    }

    private async upload(event: Event) {
        const input = event.target as HTMLInputElement;
        const archive = input.files?.[0];
        if (!archive) return;
        this.status = `Uploading ${archive.name}, ${bytes(archive.size)}…`;
        await this.run(async () => {
            const program = await api.addProgram(archive);
            this.program = program.digest;
            this.dispatchEvent(new CustomEvent('program-added'));
            return `${program.version} for ${program.arch} is there and can be ordered.`;
        });
        input.value = '';
    }

    /** Does one thing at a time, and says how it went. */
    private async run(action: () => Promise<string | null>) {
        this.problem = null;
        this.busy = true;
        try {
            this.status = await action();
        } catch (e) {
            this.status = null;
            this.problem = e instanceof Problem && e.detail ? `${e.title}: ${e.detail}` : (e as Error).message;
        } finally {
            this.busy = false;
        }
    }
}

function selectionOf(form: FormData): Selection {
    const words = (name: string) => String(form.get(name) ?? '').split(/[\s,]+/).filter(Boolean);
    const labels = words('labels').map(word => {
        const at = word.indexOf('=');
        return at < 0 ? [word, ''] : [word.slice(0, at), word.slice(at + 1)];
    });
    const devices = words('devices');
    const group = String(form.get('group') ?? '');
    return { labels: Object.fromEntries(labels), ...(devices.length ? { devices } : {}), ...(group ? { group } : {}) };
}

function devices(count: number): string {
    return `${count} ${count === 1 ? 'device' : 'devices'}`;
}

function meets(device: Device, { devices, group, labels }: Selection): boolean {
    return (!devices || devices.includes(device.id)) && (!group || device.group === group)
        && Object.entries(labels).every(([key, value]) => device.labels[key] === value);
}
