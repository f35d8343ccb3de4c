/** Drives the console in a real browser against the real controller and its servers. */
@NullMarked
package io.espalier.controller.console;

import org.jspecify.annotations.NullMarked;
