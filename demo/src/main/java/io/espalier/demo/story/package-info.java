/**
 * The demo's story, from empty folder to four devices that each serve what fits them, and the check of its claims.
 * It drives the real processes through their public interfaces and holds no logic of the product.
 */
@NullMarked
package io.espalier.demo.story;

import org.jspecify.annotations.NullMarked;
