/** The controller's API as the console sees it: shapes of the answers, requests, and the live stream. */

export type DeviceState =
    | 'enrolled' | 'measuring' | 'planning' | 'pruning' | 'delivering' | 'serving'
    | 'refused' | 'offline' | 'retired' | 'failed';

export const DEVICE_STATES: DeviceState[] = [
    'enrolled', 'measuring', 'planning', 'pruning', 'delivering', 'serving', 'refused', 'offline', 'failed', 'retired',
];

export interface Budget {
    latencyP95Micros?: number | null;
    memoryBytes?: number | null;
    sizeBytes?: number | null;
    energyMillijoules?: number | null;
    minAccuracy?: number | null;
    source?: 'device' | 'group' | null;
}

export interface Measured {
    samples: number;
    p50Micros: number;
    p95Micros: number;
    p95LowerMicros: number;
    p95UpperMicros: number;
    labelled?: number;
    accuracy?: number | null;
    outcome?: string;
}

export interface ActiveModel {
    variantDigest: string;
    artifactDigest: string;
    kind: 'dense' | 'pruned';
    since: string;
    predictedP95Micros: number | null;
    trial: Measured | null;
    sizeBytes: number | null;
    accuracy: number | null;
}

export interface DeviceJob {
    id: string;
    stage: string | null;
    done: number | null;
    total: number | null;
    secondsLeft: number | null;
}

export interface Upgrade {
    orderId: string;
    version: string;
    state: 'waiting' | 'under-way' | 'upgraded' | 'failed' | 'withdrawn' | 'left-out';
    detail: string;
    changedAt: string;
}

/** The agent itself; without a program digest it is the one that was installed. */
export interface Agent {
    version: string;
    programDigest: string | null;
    upgradable: boolean;
    refusedDigest: string | null;
    refusedWhy: string | null;
    upgrade: Upgrade | null;
}

export interface Device {
    id: string;
    group: string | null;
    labels: Record<string, string>;
    state: DeviceState;
    stateDetail: string | null;
    online: boolean;
    simulatedSlowdown: number | null;
    modelId: string | null;
    modelName: string | null;
    budget: Budget | null;
    refusal: { requestedP95Micros: number; floorP95Micros: number; detail: string } | null;
    active: ActiveModel | null;
    dense: { p50Micros: number; p95Micros: number; accuracy: number | null; sizeBytes: number | null } | null;
    measured: Measured | null;
    pinned: boolean;
    job: DeviceJob | null;
    lastSeenAt: string | null;
    agentVersion: string | null;
    agent: Agent | null;
    certificate: { state: 'valid' | 'expired' | 'revoked'; expiresAt: string } | null;
}

export interface Candidate {
    name: string;
    predictedP95Micros: number | null;
    macs: number | null;
    parameters: number | null;
    score: number | null;
    chosen: boolean;
    reason: string | null;
}

export interface KeptLayer { layer: string; kept: number; of: number }

export interface Deployment {
    id: string;
    variantDigest: string;
    kind?: string | null;
    state: string;
    reason?: string | null;
    createdAt: string;
    trial?: Measured | null;
}

export interface Explanation {
    text: string | null;
    floorP95Micros: number | null;
    candidates: Candidate[] | null;
    keptChannels: KeptLayer[] | null;
    predictedP95Micros: number | null;
    measuredP95Micros: number | null;
    correction: number | null;
    history: Deployment[] | null;
    provenance: Record<string, unknown> | null;
}

/** A program of the agent that devices can be given. */
export interface Program {
    digest: string;
    version: string;
    arch: string;
    sizeBytes: number;
    uploadedAt: string;
}

export type OrderState = 'running' | 'done' | 'stopped' | 'cancelled';

/** An order in the list: how many devices are in each state. */
export interface OrderOverview {
    id: string;
    program: { digest: string; version: string; arch: string };
    batchSize: number;
    state: OrderState;
    reason: string;
    createdAt: string;
    changedAt: string;
    deviceCounts: Partial<Record<Upgrade['state'], number>>;
}

export interface OrderStep {
    device: string;
    state: Upgrade['state'];
    detail: string;
    versionBefore: string | null;
    changedAt: string;
}

export type Order = Omit<OrderOverview, 'deviceCounts'> & { devices: OrderStep[] };

/** Devices have to meet every condition that is given; no label at all is a condition that every device meets. */
export interface Selection {
    devices?: string[];
    group?: string;
    labels: Record<string, string>;
}

export interface TelemetryPoint {
    at: string;
    variantDigest: string;
    p50Micros: number | null;
    p95Micros: number | null;
    inferences: number;
    labelled: number;
    accuracy: number | null;
}

export interface Telemetry { points: TelemetryPoint[] }

export interface DeviceEvent { at: string; kind: string; text: string }

/** A permission to enrol, as it is asked for; what is left out is as the API has it. */
export interface ClaimOrder { deviceId?: string; group?: string; expiresInSeconds: number; quota: number }

/** Without a bundle the controller does not know at which address devices reach it. */
export interface ClaimToken { token: string; bundle: string | null; quota: number; expiresAt: string }

/** What the server said was wrong (RFC 9457), or that it could not be reached. */
export class Problem extends Error {
    constructor(readonly status: number, readonly title: string, readonly detail: string | null,
                readonly body: Record<string, unknown> = {}) {
        super(detail ?? title);
    }
}

const ROOT = '/api/v1';

function request<T>(method: string, path: string, body?: unknown): Promise<T> {
    return body === undefined ? send(method, path) : send(method, path, JSON.stringify(body), 'application/json');
}

async function send<T>(method: string, path: string, body?: BodyInit, type?: string): Promise<T> {
    let response: Response;
    try {
        response = await fetch(ROOT + path, {
            method,
            credentials: 'same-origin',
            headers: type ? { 'Content-Type': type } : {},
            body,
        });
    } catch {
        throw new Problem(0, 'The controller does not answer', 'Check that it is running, then try again.');
    }
    const text = await response.text();
    if (!response.ok) {
        if (response.status === 401 && path !== '/login') {
            window.dispatchEvent(new CustomEvent('signed-out'));
        }
        const problem = parseObject(text);
        throw new Problem(response.status, String(problem.title ?? response.statusText),
            problem.detail === undefined ? null : String(problem.detail), problem);
    }
    return (text ? JSON.parse(text) : undefined) as T;
}

function parseObject(text: string): Record<string, unknown> {
    try {
        const value: unknown = JSON.parse(text);
        return typeof value === 'object' && value !== null ? value as Record<string, unknown> : {};
    } catch {
        return {};
    }
}

const device = (id: string) => `/devices/${encodeURIComponent(id)}`;
const order = (id: string) => `/upgrades/${encodeURIComponent(id)}`;

export const api = {
    login: (username: string, password: string) => request<void>('POST', '/login', { username, password }),
    logout: () => request<void>('POST', '/logout'),
    makeClaim: (order: ClaimOrder) => request<ClaimToken>('POST', '/claim-tokens', order),
    devices: () => request<Device[]>('GET', '/devices'),
    device: (id: string) => request<Device>('GET', device(id)),
    explanation: (id: string) => request<Explanation>('GET', `${device(id)}/explanation`),
    telemetry: (id: string, minutes: number) => request<Telemetry>('GET', `${device(id)}/telemetry?minutes=${minutes}`),
    events: (id: string) => request<DeviceEvent[]>('GET', `${device(id)}/events`),
    setBudget: (id: string, budget: Budget) => request<void>('PUT', `${device(id)}/budget`, budget),
    removeBudget: (id: string) => request<void>('DELETE', `${device(id)}/budget`),
    pin: (id: string, variantDigest: string) => request<void>('POST', `${device(id)}/pin`, { variantDigest }),
    unpin: (id: string) => request<void>('DELETE', `${device(id)}/pin`),
    undo: (id: string) => request<void>('POST', `${device(id)}/undo`),
    retire: (id: string) => request<void>('POST', `${device(id)}/retire`),
    replan: (id: string) => request<void>('POST', `${device(id)}/replan`),
    programs: () => request<Program[]>('GET', '/programs'),
    addProgram: (archive: File) => send<Program>('POST', '/programs', archive, 'application/octet-stream'),
    orders: () => request<OrderOverview[]>('GET', '/upgrades'),
    order: (id: string) => request<Order>('GET', order(id)),
    orderUpgrade: (program: string, selection: Selection, batchSize: number) =>
        request<Order>('POST', '/upgrades', { program, ...selection, batchSize }),
    cancelOrder: (id: string) => request<Order>('POST', `${order(id)}/cancel`),
};

const FIRST_PAUSE_MILLIS = 1000;
const LONGEST_PAUSE_MILLIS = 30_000;

/** Follows the fleet: calls back with each device that changed, and with whether the stream is up. */
export function followDevices(changed: (device: Device) => void, connected: (up: boolean) => void): () => void {
    let source: EventSource;
    let retry = 0;
    let pause = FIRST_PAUSE_MILLIS;
    let stopped = false;
    const open = () => {
        if (stopped) return;
        source = new EventSource(`${ROOT}/live`);
        source.addEventListener('device', event => changed(JSON.parse((event as MessageEvent<string>).data) as Device));
        // Not when it opens: its headers may come before the controller takes down what changes.
        source.addEventListener('live', () => {
            pause = FIRST_PAUSE_MILLIS;
            connected(true);
        });
        source.onerror = () => {
            connected(false);
            // After an answer that is no stream, such as 401 or 503, a browser never tries again by itself.
            if (source.readyState === EventSource.CLOSED) {
                // Asking for the fleet tells whether the session is over; then the page stops following.
                retry = window.setTimeout(() => void api.devices().catch(() => undefined).then(open), pause);
                pause = Math.min(pause * 2, LONGEST_PAUSE_MILLIS);
            }
        };
    };
    open();
    return () => {
        stopped = true;
        window.clearTimeout(retry);
        source.close();
    };
}
