/** The fleet over REST and for the live stream. */
@NullMarked
package io.espalier.controller.fleet.adapter;

import org.jspecify.annotations.NullMarked;
