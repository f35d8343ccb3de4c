-- Content-addressed files; their bytes lie on disk under the digest of the manifest.
create table artifact (
    digest       text primary key,
    kind         text        not null check (kind in ('variant', 'probe-suite')),
    size_bytes   bigint      not null,
    created_at   timestamptz not null,
    -- Wanted on the broker: published, and published again when the broker has lost it.
    wanted       boolean     not null default true
);

-- A model as devices can run it: the unpruned one, and what was pruned from it.
create table variant (
    model_id             text        not null,
    digest               text        not null,
    kind                 text        not null check (kind in ('dense', 'pruned')),
    artifact_digest      text        not null references artifact (digest),
    job_id               text,
    size_bytes           bigint      not null,
    parameters           bigint,
    macs                 bigint,
    peak_memory_bytes    bigint,
    predicted_p50_micros double precision,
    predicted_p95_micros double precision,
    accuracy             double precision,
    content              jsonb       not null default '{}',
    created_at           timestamptz not null,
    primary key (model_id, digest)
);
create index variant_digest on variant (digest);

-- Probe suites of a model as artifacts.
create table probe_suite (
    model_id        text not null,
    role            text not null check (role in ('base', 'model')),
    artifact_digest text not null references artifact (digest),
    primary key (model_id, role)
);

create table deployment (
    id                   text primary key,
    ordinal              bigint generated always as identity,
    device_id            text        not null,
    model_id             text        not null,
    variant_digest       text        not null,
    artifact_digest      text        not null references artifact (digest),
    kind                 text        not null check (kind in ('dense', 'pruned')),
    unconditional        boolean     not null,
    goal                 jsonb,
    plan_id              text,
    reason               text        not null,
    predicted_p95_micros double precision,
    state                text        not null
        check (state in ('assigned', 'fetching', 'trying', 'serving', 'refused', 'superseded')),
    trial                jsonb,
    created_at           timestamptz not null,
    changed_at           timestamptz not null
);
create index deployment_device on deployment (device_id, ordinal);

-- What a device should do; written here before it is published.
create table device_desired (
    device_id     text primary key,
    version       bigint not null,
    measure       text[] not null default '{}',
    deployment_id text references deployment (id)
);

-- What a device last said of itself.
create table device_report (
    device_id               text primary key,
    epoch                   bigint      not null,
    sequence                bigint      not null,
    at                      timestamptz not null,
    agent_version           text        not null,
    desired_version         bigint      not null,
    phase                   text        not null,
    active_artifact_digest  text,
    active_variant_digest   text,
    progress                double precision not null,
    detail                  text        not null
);

create table device_presence (
    device_id  text primary key,
    session_id text        not null,
    online     boolean     not null,
    at         timestamptz not null
);

-- A line of a device's history; those the device sent are counted once by (epoch, sequence).
create table device_event (
    id         bigint generated always as identity primary key,
    device_id  text        not null,
    at         timestamptz not null,
    kind       text        not null,
    text       text        not null,
    attributes jsonb       not null default '{}',
    epoch      bigint,
    sequence   bigint,
    unique (device_id, epoch, sequence)
);
create index device_event_device on device_event (device_id, id);

-- One run of the planner for one goal of one device.
create table plan (
    id         text primary key,
    ordinal    bigint generated always as identity,
    device_id  text             not null,
    model_id   text             not null,
    goal_key   text             not null,
    goal       jsonb            not null,
    attempt    integer          not null,
    correction double precision not null,
    job_id     text             not null references job (id),
    retired    boolean          not null default false,
    created_at timestamptz      not null
);
create index plan_device on plan (device_id, ordinal);
create index plan_job on plan (job_id);

-- Where the loop stands for a device, what an operator has pinned, and how off its last plan was.
create table device_flow (
    device_id      text primary key,
    state          text,
    detail         text,
    pinned_variant text,
    refused_goal   text,
    replan_from    double precision
);
