/** What every network feature shares: how long to wait before trying again, and saying once that something cannot be reached. */
@NullMarked
package io.espalier.agent.link;

import org.jspecify.annotations.NullMarked;
