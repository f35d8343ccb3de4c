/** Devices and enrolment over REST and in PostgreSQL. */
@NullMarked
package io.espalier.controller.device.adapter;

import org.jspecify.annotations.NullMarked;
