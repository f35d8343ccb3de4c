-- Who may log in.
create table account (
    username      text primary key,
    password_hash text        not null,
    role          text        not null check (role in ('viewer', 'operator', 'admin')),
    created_at    timestamptz not null
);

-- One-time permissions to enrol. Only the hash of a token is ever stored.
create table claim_token (
    token_hash  text primary key,
    device_id   text,
    group_name  text,
    labels      jsonb       not null default '{}',
    replaces    boolean     not null default false,
    created_at  timestamptz not null,
    expires_at  timestamptz not null,
    used_at     timestamptz,
    used_by     text,
    nonce_hash  text
);

create table device (
    id            text primary key,
    group_name    text        not null,
    labels        jsonb       not null default '{}',
    agent_version text,
    enrolled_at   timestamptz not null,
    retired_at    timestamptz
);
create index device_group on device (group_name);

-- The newest measurement of each probe suite under each runtime key.
create table device_profile (
    device_id    text        not null references device (id) on delete cascade,
    suite_digest text        not null,
    runtime_key  text        not null,
    epoch        bigint      not null,
    sequence     bigint      not null,
    measured_at  timestamptz not null,
    content      jsonb       not null,
    primary key (device_id, suite_digest, runtime_key)
);

create table budget (
    scope              text not null check (scope in ('device', 'group')),
    name               text not null,
    latency_p95_micros double precision,
    memory_bytes       bigint,
    size_bytes         bigint,
    energy_millijoules double precision,
    min_accuracy       double precision,
    updated_at         timestamptz not null,
    primary key (scope, name)
);

-- The last budget a device could not meet, until one that it can replaces it.
create table budget_refusal (
    device_id            text primary key references device (id) on delete cascade,
    requested_p95_micros double precision not null,
    floor_p95_micros     double precision not null,
    detail               text             not null,
    refused_at           timestamptz      not null
);

create table dataset (
    id         text primary key,
    name       text        not null,
    file_name  text        not null,
    size_bytes bigint      not null,
    digest     text        not null,
    created_at timestamptz not null
);

create table model (
    id                text primary key,
    name              text        not null,
    state             text        not null check (state in ('training', 'inspecting', 'ready', 'invalid')),
    dataset_id        text references dataset (id),
    digest            text,
    contract          jsonb       not null,
    recipe            jsonb       not null,
    architecture      text,
    job_id            text,
    problem           jsonb,
    inspection        jsonb,
    -- artifacts under which its probe suites are published
    base_suite        text,
    model_suite       text,
    baseline_accuracy double precision,
    created_at        timestamptz not null
);

-- Which model a group or a single device shall run; the device's own assignment wins.
create table model_assignment (
    scope       text not null check (scope in ('device', 'group')),
    name        text not null,
    model_id    text not null references model (id),
    assigned_at timestamptz not null,
    primary key (scope, name)
);
