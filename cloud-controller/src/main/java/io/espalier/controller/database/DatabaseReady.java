package io.espalier.controller.database;

/**
 * Fired once, as a CDI event, when PostgreSQL answers and is migrated. Whatever needs the database from the start
 * (job scheduler, consumers, the first account) begins here and not at the start of the process.
 */
public record DatabaseReady() {}
