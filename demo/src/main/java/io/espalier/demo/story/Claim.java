package io.espalier.demo.story;

/** Something the story promises, and whether it came true, with the numbers that say so. */
public record Claim(boolean holds, String text, String evidence) {}
