import { LitElement, css, html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { Problem, api } from './api';
import { logo } from './logo';
import { shared } from './style';

@customElement('espalier-login')
export class LoginPage extends LitElement {
    static styles = [shared, css`
        :host { min-height: 100vh; display: grid; place-items: center; }
        form { width: 320px; display: grid; gap: 14px; }
        header { display: flex; align-items: center; gap: 10px; margin-bottom: 4px; }
        label { display: grid; gap: 4px; font-weight: 560; }
        input {
            font: inherit; padding: 8px 10px; border-radius: 8px; border: 1px solid var(--line-strong);
            background: var(--page); color: var(--ink);
        }
        p { margin: 0; }
    `];

    @state() private problem: string | null = null;
    @state() private busy = false;

    render() {
        return html`
            <form class="card" @submit=${this.submit}>
                <header>${logo(30)}<h1>Espalier</h1></header>
                <label>User <input name="username" autocomplete="username" value="admin" required></label>
                <label>Password
                    <input name="password" type="password" autocomplete="current-password" required autofocus></label>
                ${this.problem ? html`<p class="problem" role="alert">${this.problem}</p>` : nothing}
                <button class="primary" ?disabled=${this.busy}>Sign in</button>
                <p class="muted">The quickstart prints the password where you started it.</p>
            </form>`;
    }

    private async submit(event: SubmitEvent) {
        event.preventDefault();
        const form = new FormData(event.target as HTMLFormElement);
        this.busy = true;
        this.problem = null;
        try {
            await api.login(String(form.get('username')), String(form.get('password')));
            this.dispatchEvent(new CustomEvent('signed-in', { bubbles: true, composed: true }));
        } catch (e) {
            this.problem = e instanceof Problem && e.status === 401
                ? 'User or password is wrong. Check the password printed at start.' : (e as Error).message;
        } finally {
            this.busy = false;
        }
    }
}
