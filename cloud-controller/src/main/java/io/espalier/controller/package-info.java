/** The process: how it starts, stops and says that it cannot. Each feature has a package of its own. */
@NullMarked
package io.espalier.controller;

import org.jspecify.annotations.NullMarked;
