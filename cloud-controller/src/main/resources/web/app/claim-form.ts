import { LitElement, css, html, nothing } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import { ClaimOrder, ClaimToken, api } from './api';
import { count } from './format';
import { shared } from './style';

const LIVES = [
    { name: '1 hour', seconds: 3600 },
    { name: '1 day', seconds: 86_400 },
    { name: '7 days', seconds: 7 * 86_400 },
    { name: '30 days', seconds: 30 * 86_400 },
    { name: '1 year', seconds: 365 * 86_400 },
];
const USUAL_LIFE_SECONDS = 86_400;

/** Makes a permission to enrol and shows it: the only time that anybody sees it. */
@customElement('espalier-claim-form')
export class ClaimForm extends LitElement {
    static styles = [shared, css`
        form.line input[name=device] { width: 200px; }
        form.line input[name=quota] { width: 96px; }
        form.line input, form.line select, form.line button { max-width: 100%; }
        p { margin: 12px 0 0; max-width: 82ch; }
        .claim { display: flex; flex-wrap: wrap; gap: 10px; align-items: start; margin-top: 14px; }
        textarea {
            flex: 1 1 260px; min-width: 0; box-sizing: border-box; resize: none; field-sizing: content; min-height: 62px;
            font-family: var(--mono); font-size: 13px; line-height: 1.5; padding: 8px 11px; overflow-wrap: anywhere;
            border-radius: 8px; border: 1px solid var(--line-strong); background: var(--page); color: var(--ink);
        }
    `];

    @query('textarea') private line!: HTMLTextAreaElement;
    @state() private device = '';
    @state() private claim: ClaimToken | null = null;
    @state() private copied: string | null = null;
    @state() private problem: string | null = null;
    @state() private busy = false;

    render() {
        return html`
            <form class="line" @submit=${this.make}>
                <label>devices that may enrol<input name="quota" type="number" min="1" max="100000" required value="1"
                    ?disabled=${this.device !== ''}></label>
                <label>valid for<select name="life">${LIVES.map(life => html`<option value=${life.seconds}
                    ?selected=${life.seconds === USUAL_LIFE_SECONDS}>${life.name}</option>`)}</select></label>
                <label>group<input name="group" placeholder="default" pattern="[A-Za-z0-9_\\-]{1,64}"
                    title="1 to 64 letters, digits, hyphens or underscores"></label>
                <label>only for device<input name="device" placeholder="any id"
                    @input=${(e: Event) => { this.device = (e.target as HTMLInputElement).value.trim(); }}></label>
                <button class="primary" id="make-claim" ?disabled=${this.busy}>Make a claim token</button>
            </form>
            ${this.problem ? html`<p class="problem" role="alert">${this.problem}</p>` : nothing}
            ${this.claim ? this.shown(this.claim) : nothing}`;
    }

    private shown(claim: ClaimToken) {
        const key = claim.bundle ? 'claim.bundle' : 'claim.token';
        const devices = claim.quota === 1 ? 'one device' : `up to ${count(claim.quota)} devices`;
        return html`
            <div class="claim">
                <textarea readonly rows="2" id="claim" aria-label="Claim" spellcheck="false"
                    .value=${`${key} = ${claim.bundle ?? claim.token}`}></textarea>
                <button id="copy" @click=${this.copy}>Copy</button>
            </div>
            <p>Put this line into <span class="mono">agent.properties</span> of ${devices} and start the agent: it appears in the
                fleet by itself. The line is a secret and is shown only now; it is good until ${new Date(claim.expiresAt).toLocaleString()}.</p>
            ${claim.bundle ? nothing : html`<p class="muted">The controller does not know at which address devices reach it. Set
                <span class="mono">espalier.agents.public-url</span>, start the controller again and make another: devices elsewhere
                need the bundle. The token alone lets in an agent on the controller's own machine, with
                <span class="mono">controller.url</span> beside it.</p>`}
            ${this.copied ? html`<p class="muted" role="status">${this.copied}</p>` : nothing}`;
    }

    private async make(event: SubmitEvent) {
        event.preventDefault();
        const form = new FormData(event.target as HTMLFormElement);
        const group = String(form.get('group') ?? '').trim();
        const order: ClaimOrder = {
            quota: this.device ? 1 : Number(form.get('quota')),
            expiresInSeconds: Number(form.get('life')),
            ...(group ? { group } : {}),
            ...(this.device ? { deviceId: this.device } : {}),
        };
        this.busy = true;
        this.problem = null;
        this.copied = null;
        this.claim = null;
        try {
            this.claim = await api.makeClaim(order);
        } catch (e) {
            this.problem = (e as Error).message;
        } finally {
            this.busy = false;
        }
    }

    private async copy() {
        this.line.select();
        try {
            // Browsers have no clipboard for pages that came over plain HTTP from another machine.
            await navigator.clipboard.writeText(this.line.value);
            this.copied = 'Copied.';
        } catch {
            this.copied = 'Your browser does not let this page copy. The line is selected: copy it with Ctrl+C.';
        }
    }
}
