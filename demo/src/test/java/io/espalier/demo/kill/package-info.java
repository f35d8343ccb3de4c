/** Kills processes of a running demo and looks whether what the demo promises still came true. */
@NullMarked
package io.espalier.demo.kill;

import org.jspecify.annotations.NullMarked;
