/**
 * Gathers a device's facts from PostgreSQL, performs decided actions and explains them over REST.
 */
@NullMarked
package io.espalier.controller.planning.adapter;

import org.jspecify.annotations.NullMarked;
