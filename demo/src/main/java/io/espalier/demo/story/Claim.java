package io.espalier.demo.story;

/**
 * Something the story promises, and whether it came true, with the numbers that say so.
 *
 * @param timed whether it is about a time, which whatever else runs on the machine makes longer
 */
public record Claim(boolean holds, String text, String evidence, boolean timed) {}
