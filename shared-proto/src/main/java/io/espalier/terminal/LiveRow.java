package io.espalier.terminal;

import java.util.OptionalDouble;

/**
 * One line of what goes on now.
 *
 * @param name who, for instance a device
 * @param status what it is doing, in a word or three; a change of it is news
 * @param fraction how far, 0 to 1, where that is known
 * @param detail the rest, for instance the time left; a change of it is no news
 */
public record LiveRow(String name, String status, OptionalDouble fraction, String detail) {
    public static LiveRow of(String name, String status, String detail) {
        return new LiveRow(name, status, OptionalDouble.empty(), detail);
    }
}
