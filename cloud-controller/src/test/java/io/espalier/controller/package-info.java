/** What holds for the whole controller, and the servers its integration tests share. */
@NullMarked
package io.espalier.controller;

import org.jspecify.annotations.NullMarked;
