import { LitElement, css, html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import './theme.css';
import './login-page';
import './fleet-page';
import './device-page';
import './upgrades-page';
import './order-page';
import { Device, Problem, api, followDevices } from './api';
import { logo } from './logo';
import { shared } from './style';

type Theme = 'light' | 'dark';

/** The frame: who is signed in, which page is open, and the one list of devices that every page looks at. */
@customElement('espalier-console')
export class EspalierConsole extends LitElement {
    static styles = [shared, css`
        header {
            display: flex; align-items: center; gap: 12px; padding: 12px 28px; background: var(--surface);
            border-bottom: 1px solid var(--line); position: sticky; top: 0; z-index: 2;
        }
        header a { color: inherit; text-decoration: none; }
        .home { display: flex; align-items: center; gap: 9px; font-weight: 650; font-size: 16px; }
        nav { display: flex; gap: 18px; margin-left: 14px; }
        nav a { color: var(--muted); font-weight: 560; padding: 4px 0; border-bottom: 2px solid transparent; }
        nav a[aria-current] { color: var(--ink); border-color: var(--accent); }
        .space { flex: 1; }
        main { max-width: 1320px; margin: 0 auto; padding: 26px 28px 60px; }
        @media (max-width: 640px) {
            header, main { padding-left: 14px; padding-right: 14px; }
            header { flex-wrap: wrap; gap: 8px 10px; padding-top: 10px; padding-bottom: 6px; }
            nav { order: 1; flex-basis: 100%; margin: 0; }
        }
    `];

    @state() private signedIn: boolean | null = null;
    @state() private devices: Map<string, Device> = new Map();
    @state() private live = false;
    @state() private problem: string | null = null;
    @state() private route = location.hash;
    private unfollow: (() => void) | null = null;
    /** What the live stream told while a list was under way, which may be older; null while none is. */
    private told: Map<string, Device> | null = null;

    connectedCallback() {
        super.connectedCallback();
        applyTheme(preferredTheme());
        window.addEventListener('hashchange', () => { this.route = location.hash; });
        window.addEventListener('signed-out', () => this.close());
        void this.open();
    }

    private async open() {
        const told = this.told = new Map<string, Device>();
        try {
            const devices = await api.devices();
            if (told !== this.told) return; // Asked for again meanwhile.
            this.devices = present(devices, [...told.values()]);
            this.signedIn = true;
            this.problem = null;
            this.unfollow ??= followDevices(device => this.changed(device), up => this.connected(up));
        } catch (e) {
            if (told !== this.told || (e instanceof Problem && e.status === 401)) return;
            this.problem = (e as Error).message;
        } finally {
            if (told === this.told) this.told = null;
        }
    }

    private close() {
        this.unfollow?.();
        this.unfollow = null;
        this.live = false;
        this.signedIn = false;
        this.told = null; // A list that is under way is nobody's any more.
        this.devices = new Map();
    }

    private changed(device: Device) {
        this.told?.set(device.id, device);
        this.devices = present([...this.devices.values()], [device]);
    }

    private connected(up: boolean) {
        if (up && !this.live) void this.open();
        this.live = up;
    }

    render() {
        if (this.signedIn === false) {
            return html`<espalier-login @signed-in=${() => this.open()}></espalier-login>`;
        }
        return html`
            <header>
                <a class="home" href="#/">${logo(26)} Espalier</a>
                <nav aria-label="Pages">${this.tab('#/', 'Fleet')}${this.tab('#/upgrades', 'Upgrades')}</nav>
                <span class="space"></span>
                <span class="badge ${this.live ? 'good' : 'plain'}" id="live">${this.live ? 'live' : 'reconnecting'}</span>
                <button @click=${switchTheme} title="Switch between light and dark" aria-label="Switch theme">◐</button>
                <button @click=${() => this.signOut()}>Sign out</button>
            </header>
            <main>
                ${this.problem ? html`<p class="problem" role="alert">${this.problem}
                    <button @click=${() => this.open()}>Try again</button></p>` : nothing}
                ${this.signedIn ? this.page() : nothing}
            </main>`;
    }

    private tab(address: string, name: string) {
        const { kind } = pageOf(this.route);
        const current = address === '#/upgrades' ? kind === 'upgrades' : kind === 'fleet' || kind === 'devices';
        return html`<a href=${address} aria-current=${current ? 'page' : nothing}>${name}</a>`;
    }

    private page() {
        const { kind, id } = pageOf(this.route);
        if (kind === 'devices') {
            return html`<espalier-device .deviceId=${id} .device=${this.devices.get(id) ?? null}></espalier-device>`;
        }
        if (kind === 'upgrades') {
            return id ? html`<espalier-order .orderId=${id}></espalier-order>`
                : html`<espalier-upgrades .devices=${[...this.devices.values()]}></espalier-upgrades>`;
        }
        return kind === 'fleet' ? html`<espalier-fleet .devices=${[...this.devices.values()]}></espalier-fleet>`
            : html`<div class="card empty" id="no-page"><h2>There is no such page</h2>
                <p>Nothing is at <span class="mono" style="overflow-wrap: anywhere">${this.route}</span>.
                    <a href="#/">Go to the fleet</a></p></div>`;
    }

    private async signOut() {
        await api.logout();
        this.close();
    }
}

/** The devices of a list after later changes; retired ones are gone. */
function present(listed: Device[], changed: Device[]): Map<string, Device> {
    const devices = new Map([...listed, ...changed].map(device => [device.id, device]));
    for (const device of changed) if (device.state === 'retired') devices.delete(device.id);
    return devices;
}

interface Place { kind: 'fleet' | 'devices' | 'upgrades' | 'none'; id: string }

/** The page that an address names; an id is there for a device, and for one order of the upgrades. */
function pageOf(route: string): Place {
    if (/^#?\/?$/.test(route)) return { kind: 'fleet', id: '' };
    const [, kind, of] = /^#\/(devices|upgrades)(?:\/(.*))?$/.exec(route) ?? [];
    try {
        const id = decodeURIComponent(of ?? '');
        if (kind === 'upgrades' || (kind === 'devices' && id)) return { kind, id };
    } catch {
        // Not an encoded id, so no link of the console led here.
    }
    return { kind: 'none', id: '' };
}

function preferredTheme(): Theme {
    const saved = localStorage.getItem('espalier-theme');
    if (saved === 'light' || saved === 'dark') return saved;
    return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}

function applyTheme(theme: Theme) {
    document.documentElement.dataset.theme = theme;
    window.dispatchEvent(new CustomEvent('theme-changed'));
}

function switchTheme() {
    const next = document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark';
    localStorage.setItem('espalier-theme', next);
    applyTheme(next);
}
