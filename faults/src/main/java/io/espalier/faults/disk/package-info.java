/**
 * A disk that fails where it is told to, under everything an unchanged program does with files: it takes the place of the
 * JVM's default file system. What native code reads by itself is out of its reach.
 */
@NullMarked
package io.espalier.faults.disk;

import org.jspecify.annotations.NullMarked;
