/**
 * Which devices there are: claim tokens, enrolment, groups, labels, retirement. What a device runs or measures is not
 * known here.
 */
@NullMarked
package io.espalier.controller.device;

import org.jspecify.annotations.NullMarked;
