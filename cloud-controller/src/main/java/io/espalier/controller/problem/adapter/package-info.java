/** Turns everything that can go wrong in a request into problem+json. */
@NullMarked
package io.espalier.controller.problem.adapter;

import org.jspecify.annotations.NullMarked;
