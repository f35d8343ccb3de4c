/**
 * What each device should run and what it says it runs: desired and reported state, lifecycles of deployments,
 * trials. Which variant a device should get is decided in planning.
 */
@NullMarked
package io.espalier.controller.deployment;

import org.jspecify.annotations.NullMarked;
