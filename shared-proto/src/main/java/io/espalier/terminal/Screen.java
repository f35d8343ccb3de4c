package io.espalier.terminal;

import java.util.List;

/** Where the story is told. Lines stay; live rows are replaced by the next ones. */
public interface Screen extends AutoCloseable {
    /** A line that stays. */
    void say(String line);

    /** Something done, with how long it took or what came out at the end of the line. */
    void done(String what, String result);

    /** Something unexpected but handled. */
    void note(String what);

    /** Something that failed. */
    void failed(String what);

    /** Lines to stand out, such as the one to look at first. */
    void strong(String line);

    /** What goes on now; an empty list clears it. */
    void live(List<LiveRow> rows);

    int width();

    Glyphs glyphs();

    /** Clears the live rows and gives the cursor back. */
    @Override
    void close();
}
