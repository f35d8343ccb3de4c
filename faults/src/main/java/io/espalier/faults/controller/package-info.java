/** The real controller with its real servers, and whoever has to do with it: operators, devices that the bench plays, nobodies. */
@NullMarked
package io.espalier.faults.controller;

import org.jspecify.annotations.NullMarked;
