/** Profiles in PostgreSQL and over REST. */
@NullMarked
package io.espalier.controller.profile.adapter;

import org.jspecify.annotations.NullMarked;
