/** What the servers and the controller of one machine are started with, for the demo and for whoever needs the real ones. */
@NullMarked
package io.espalier.demo.cloud;

import org.jspecify.annotations.NullMarked;
