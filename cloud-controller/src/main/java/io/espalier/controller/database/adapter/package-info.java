/** PostgreSQL through Agroal, Flyway and JDBI. */
@NullMarked
package io.espalier.controller.database.adapter;

import org.jspecify.annotations.NullMarked;
