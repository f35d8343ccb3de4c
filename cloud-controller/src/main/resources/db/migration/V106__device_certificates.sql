-- A token may let in several devices; each is let in once.
alter table claim_token add column quota integer not null default 1 check (quota between 1 and 100000);

create table claim_token_use (
    token_hash text        not null references claim_token (token_hash) on delete cascade,
    device_id  text        not null,
    nonce_hash text,
    -- null for devices of before, which had no key
    key_digest text,
    used_at    timestamptz not null,
    primary key (token_hash, device_id)
);
insert into claim_token_use (token_hash, device_id, nonce_hash, used_at)
select token_hash, used_by, nonce_hash, used_at from claim_token where used_by is not null and used_at is not null;
alter table claim_token drop column used_at, drop column used_by, drop column nonce_hash;

-- The key that the device enrolled with, by its digest; null for devices of before.
alter table device add column key_digest text;
create index device_key on device (key_digest);

-- What was issued.
create table device_certificate (
    serial     text primary key,
    device_id  text        not null references device (id) on delete cascade,
    key_digest text        not null,
    content    bytea       not null,
    issued_at  timestamptz not null,
    expires_at timestamptz not null,
    revoked_at timestamptz
);
create index device_certificate_device on device_certificate (device_id, issued_at);
create index device_certificate_key on device_certificate (key_digest);
