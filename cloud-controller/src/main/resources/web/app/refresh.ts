import type { ReactiveControllerHost } from 'lit';

const REFRESH_MILLIS = 5000;

/** Loads what a page shows again every few seconds, for as long as the page is open. */
export function refreshed(page: ReactiveControllerHost, load: () => Promise<void>) {
    let timer = 0;
    page.addController({
        hostConnected: () => { timer = window.setInterval(() => void load(), REFRESH_MILLIS); },
        hostDisconnected: () => window.clearInterval(timer),
    });
}
