-- Devices whose probe timings are alike share their campaigns; a class is known by the device that began it.
create table device_class (
    number     bigint generated always as identity primary key,
    kind       text        not null,
    timings    jsonb       not null,
    created_at timestamptz not null
);
create index device_class_kind on device_class (kind, number);
