/**
 * What devices must achieve: budgets of devices and groups, and which of them a device cannot meet. The device's own
 * budget wins over its group's as a whole.
 */
@NullMarked
package io.espalier.controller.budget;

import org.jspecify.annotations.NullMarked;
