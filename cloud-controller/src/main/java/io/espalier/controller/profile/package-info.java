/** What devices measured of themselves: hardware, runtime and the timings of probe suites. */
@NullMarked
package io.espalier.controller.profile;

import org.jspecify.annotations.NullMarked;
