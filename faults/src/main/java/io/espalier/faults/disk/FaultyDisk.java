package io.espalier.faults.disk;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** Is told every operation below one folder before it is done, names it, and lets the planned fault happen. */
final class FaultyDisk {
    static final String ROOT = "espalier.faults.root";
    static final String PLAN = "espalier.faults.plan";
    /** Names a file that is there once the fault has happened. */
    static final String HAPPENED = "espalier.faults.happened";

    private static final String FOLDER_OF = "folder of ";
    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern SEGMENT = Pattern.compile("[0-9]{19,20}\\.log");

    private final Path root;
    private final FaultPlan plan;
    private final Unsynced unsynced;
    private final Witness parent;
    private final Map<Path, String> lastChange = new HashMap<>();
    private int seen;
    private volatile boolean broken;
    /** Without power nothing is done any more, while what was not synced is being taken away. */
    private volatile boolean dark;

    FaultyDisk(Path root, FaultPlan plan, Witness parent) {
        this.parent = parent;
        this.root = root.toAbsolutePath().normalize();
        this.plan = plan;
        this.unsynced = new Unsynced();
        if (plan.isFromTheStart()) {
            broken = true;
            parent.say("FAULT", plan.toString());
        }
    }

    boolean covers(Path path) {
        return path.toAbsolutePath().normalize().startsWith(root);
    }

    Unsynced unsynced() {
        return unsynced;
    }

    /** Whether nothing may be opened for writing now. */
    boolean isReadOnly() {
        return broken && plan.fault() == DiskFault.READ_ONLY && !parent.isReleased();
    }

    /** Reads and changes of content. */
    void before(String verb, Path path) throws IOException {
        happen(verb, name(path), path);
    }

    /** Changes of names. */
    void beforeNaming(String verb, Path path) throws IOException {
        synchronized (lastChange) {
            Path folder = path.toAbsolutePath().normalize().getParent();
            if (folder != null) {
                lastChange.put(folder, name(path));
            }
        }
        happen(verb, name(path), path);
    }

    void beforeFolderSync(Path folder) throws IOException {
        String last;
        synchronized (lastChange) {
            last = lastChange.getOrDefault(folder.toAbsolutePath().normalize(), name(folder));
        }
        happen("sync", FOLDER_OF + last, folder);
    }

    void beforeListing(Path folder) throws IOException {
        if (plan.fault() == DiskFault.IO_ERRORS) { // Others begin at what is changed or read.
            happen("list", name(folder), folder);
        }
    }

    /** How many of these bytes may be written; where not all, {@link #tear} is next. */
    int beforeWrite(Path path, int bytes) throws IOException {
        if (plan.fault() == DiskFault.TORN_WRITE && isDue("write", "write " + name(path))) {
            return bytes / 2;
        }
        before("write", path);
        return bytes;
    }

    void tear() {
        end();
    }

    private void happen(String verb, String name, Path path) throws IOException {
        String point = verb + " " + name;
        if (dark) {
            parent.awaitRelease(); // Which does not come: the process ends.
        }
        boolean due = plan.fault() != DiskFault.TORN_WRITE && isDue(verb, point);
        if (due) {
            switch (plan.fault()) {
                case KILL -> end();
                case POWER_CUT -> {
                    parent.say("FAULT", plan.toString());
                    dark = true;
                    unsynced.lose();
                    parent.end();
                }
                case IO_ERROR -> {
                    parent.say("FAULT", plan.toString());
                    throw new FileSystemException(path.toString(), null, reason());
                }
                case HANG -> {
                    parent.say("FAULT", plan.toString());
                    parent.awaitRelease();
                }
                case DISK_FULL, READ_ONLY, BAD_SECTOR, IO_ERRORS -> {
                    broken = true;
                    parent.say("FAULT", plan.toString());
                }
                case NONE, TORN_WRITE -> {}
            }
        }
        if (plan.fault() == DiskFault.BAD_SECTOR) {
            if (!verb.equals("read") && name.equals(plan.file())) {
                broken = false; // The disk puts what is written anew elsewhere.
            }
            if (!name.equals(plan.file())) {
                return;
            }
        }
        if (plan.fault() == DiskFault.IO_ERRORS && !isIn(plan.file(), name)) {
            return;
        }
        if (broken && !parent.isReleased() && plan.fault().befalls(verb)) {
            throw new FileSystemException(path.toString(), null, reason());
        }
    }

    private static boolean isIn(String folder, String name) {
        String file = name.startsWith(FOLDER_OF) ? name.substring(FOLDER_OF.length()) : name;
        return file.equals(folder) || file.startsWith(folder + "/");
    }

    private String reason() {
        return switch (plan.fault()) {
            case DISK_FULL -> "No space left on device";
            case READ_ONLY -> "Read-only file system";
            default -> "Input/output error";
        };
    }

    private synchronized boolean isDue(String verb, String point) {
        if (plan.fault() == DiskFault.NONE) {
            parent.say("OP", point);
            return false;
        }
        return plan.fault().befalls(verb) && point.equals(plan.point()) && ++seen == plan.occurrence();
    }

    private void end() {
        parent.say("FAULT", plan.toString());
        parent.end();
    }

    /** Relative to the root, without what differs from run to run. */
    private String name(Path path) {
        String relative = root.relativize(path.toAbsolutePath().normalize()).toString();
        if (relative.isEmpty()) {
            return "the folder itself";
        }
        return SEGMENT.matcher(DIGEST.matcher(relative).replaceAll("DIGEST")).replaceAll("SEGMENT");
    }
}
