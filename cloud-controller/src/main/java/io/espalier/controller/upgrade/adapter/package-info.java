/** Programs and orders over REST and in PostgreSQL, and what carries an order on. */
@NullMarked
package io.espalier.controller.upgrade.adapter;

import org.jspecify.annotations.NullMarked;
