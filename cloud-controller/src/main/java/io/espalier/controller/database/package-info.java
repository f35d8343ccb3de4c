/**
 * The one PostgreSQL of the controller: waiting for it, migrating it, saying when it is away. Each feature writes its
 * own SQL in its own adapter; migrations V001 to V099 belong to fleet data, V100 and up to delivery and telemetry.
 */
@NullMarked
package io.espalier.controller.database;

import org.jspecify.annotations.NullMarked;
