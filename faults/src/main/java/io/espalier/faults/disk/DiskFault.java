package io.espalier.faults.disk;

import java.util.Locale;
import java.util.Set;

/** What goes wrong with a disk. */
public enum DiskFault {
    /** Nothing; the operations are told. */
    NONE,
    /** The process ends before the operation. */
    KILL,
    /** As a kill, and what was not synced never was: neither bytes nor names. */
    POWER_CUT,
    /** The process ends in the middle of a write. */
    TORN_WRITE,
    /** The operation fails, this once. */
    IO_ERROR,
    /** It fails, and so does every other on this file until it is written anew, or until released. */
    BAD_SECTOR,
    /** Every operation on the files of one folder fails, and so does listing it, until released. */
    IO_ERRORS,
    /** It and all that need room after it fail, until released. */
    DISK_FULL,
    /** It and all other changes fail, until released. */
    READ_ONLY,
    /** The operation does not come back before it is released. */
    HANG;

    private static final Set<String> NEED_ROOM = Set.of("make", "create", "write");

    /** As people say it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** Whether the process does not outlive it. */
    public boolean isDeadly() {
        return this == KILL || this == POWER_CUT || this == TORN_WRITE;
    }

    /** Whether it goes on until released. */
    public boolean lasts() {
        return this == BAD_SECTOR || this == IO_ERRORS || this == DISK_FULL || this == READ_ONLY || this == HANG;
    }

    /** Whether an operation of this kind can fail so. */
    public boolean befalls(String verb) {
        return switch (this) {
            case NONE, IO_ERROR, IO_ERRORS, HANG -> true;
            case KILL, POWER_CUT, READ_ONLY -> !verb.equals("read");
            case TORN_WRITE -> verb.equals("write");
            case BAD_SECTOR -> verb.equals("read");
            case DISK_FULL -> NEED_ROOM.contains(verb);
        };
    }

    /** Whether it is worth a case where operations of this kind come first: one at the next operation is the same. */
    public boolean beginsAt(String verb) {
        return befalls(verb)
                && switch (this) {
                    case NONE, KILL, POWER_CUT, TORN_WRITE, IO_ERROR, BAD_SECTOR -> true;
                    case IO_ERRORS -> false;
                    case DISK_FULL -> !verb.equals("make");
                    case HANG -> !verb.equals("create") && !verb.equals("make") && !verb.equals("truncate");
                    case READ_ONLY -> verb.equals("rename");
                };
    }
}
