package io.espalier.faults.disk;

import java.io.File;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.spi.FileSystemProvider;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The default file system with a {@link FaultyDisk} under one of its folders. A JVM is started with it by
 * {@code -Djava.nio.file.spi.DefaultFileSystemProvider}, and told the folder and the plan by system properties.
 *
 * @see java.nio.file.FileSystems#getDefault
 */
public final class FaultyFileSystemProvider extends FileSystemProvider {
    private final FileSystemProvider real;
    private final FaultyFileSystem system;
    private final FaultyDisk disk;

    /** As {@link java.nio.file.FileSystems#getDefault} wants it. */
    public FaultyFileSystemProvider(FileSystemProvider real) {
        this(real, System.getProperty(FaultyDisk.ROOT, ""), stillToHappen(), new ParentLine(happened()));
    }

    /** Of several JVMs one after the other, on the same disk, only one is hurt. */
    private static FaultPlan stillToHappen() {
        return happened().exists()
                ? FaultPlan.RECORDING
                : FaultPlan.parse(System.getProperty(FaultyDisk.PLAN, FaultPlan.RECORDING.toProperty()));
    }

    /** Not a path: the file system that reads paths is only being made. */
    private static File happened() {
        return new File(System.getProperty(FaultyDisk.HAPPENED, ""));
    }

    FaultyFileSystemProvider(FileSystemProvider real, String root, FaultPlan plan, Witness witness) {
        this.real = real;
        FileSystem below = real.getFileSystem(URI.create("file:///"));
        this.system = new FaultyFileSystem(this, below);
        this.disk = new FaultyDisk(below.getPath(root), plan, witness);
    }

    /**
     * Options of the JVM whose disk is to fail, and of those that follow it.
     *
     * @param happened a file that is not there, and not on that disk; made when the fault happens
     */
    public static List<String> options(Path root, FaultPlan plan, Path happened) {
        return List.of(
                "-Djava.nio.file.spi.DefaultFileSystemProvider=" + FaultyFileSystemProvider.class.getName(),
                "-D" + FaultyDisk.ROOT + "=" + root.toAbsolutePath(),
                "-D" + FaultyDisk.PLAN + "=" + plan.toProperty(),
                "-D" + FaultyDisk.HAPPENED + "=" + happened.toAbsolutePath());
    }

    FileSystem system() {
        return system;
    }

    // ------------------------------------------------------------------------------------------------- may fail

    @Override
    public FileChannel newFileChannel(Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
            throws IOException {
        Path file = FaultyPath.real(path);
        if (!disk.covers(file)) {
            return real.newFileChannel(file, options, attributes);
        }
        boolean folder = Files.isDirectory(file);
        beforeOpening(file, options, folder);
        return new FaultyChannel(real.newFileChannel(file, options, attributes), absolute(file), disk, folder);
    }

    @Override
    public SeekableByteChannel newByteChannel(
            Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes) throws IOException {
        return newFileChannel(path, options, attributes);
    }

    private void beforeOpening(Path file, Set<? extends OpenOption> options, boolean folder) throws IOException {
        boolean writes = options.contains(StandardOpenOption.WRITE) || options.contains(StandardOpenOption.APPEND);
        boolean exists = Files.exists(file);
        if (writes && disk.isReadOnly()) {
            throw new FileSystemException(file.toString(), null, "Read-only file system");
        }
        if (!writes) {
            if (exists && !folder) {
                disk.before("read", file);
            }
        } else if (!exists) {
            disk.beforeNaming("create", file);
            disk.unsynced().appears(absolute(file));
        } else if (options.contains(StandardOpenOption.TRUNCATE_EXISTING) && Files.size(file) > 0) {
            disk.before("truncate", file);
            disk.unsynced().contentChanges(absolute(file));
        }
    }

    @Override
    public InputStream newInputStream(Path path, OpenOption... options) throws IOException {
        Path file = FaultyPath.real(path);
        if (disk.covers(file) && Files.exists(file)) {
            disk.before("read", file);
        }
        return real.newInputStream(file, options);
    }

    @Override
    public OutputStream newOutputStream(Path path, OpenOption... options) throws IOException {
        Path file = FaultyPath.real(path);
        if (!disk.covers(file)) {
            return real.newOutputStream(file, options);
        }
        Set<OpenOption> all = options.length == 0
                ? Set.of(StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)
                : Set.of(options);
        boolean syncs = all.contains(StandardOpenOption.SYNC) || all.contains(StandardOpenOption.DSYNC);
        Set<OpenOption> writing = new HashSet<>(all);
        writing.add(StandardOpenOption.WRITE);
        beforeOpening(file, writing, false);
        return new FilterOutputStream(real.newOutputStream(file, options)) {
            @Override
            public void write(int single) throws IOException {
                write(new byte[] {(byte) single}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                int allowed = disk.beforeWrite(file, length);
                if (!syncs) {
                    disk.unsynced().contentChanges(absolute(file));
                }
                out.write(bytes, offset, allowed);
                if (allowed < length) {
                    disk.tear();
                }
                if (syncs) {
                    disk.unsynced().synced(absolute(file));
                }
            }
        };
    }

    @Override
    public void createDirectory(Path path, FileAttribute<?>... attributes) throws IOException {
        Path folder = FaultyPath.real(path);
        if (disk.covers(folder)
                && !Files.exists(folder)
                && Files.exists(absolute(folder).resolveSibling(""))) {
            disk.beforeNaming("make", folder);
            disk.unsynced().appears(absolute(folder));
        }
        real.createDirectory(folder, attributes);
    }

    @Override
    public void delete(Path path) throws IOException {
        Path file = FaultyPath.real(path);
        if (disk.covers(file) && Files.exists(file)) {
            disk.beforeNaming("delete", file);
            disk.unsynced().vanishes(absolute(file));
        }
        real.delete(file);
    }

    @Override
    public void move(Path source, Path target, CopyOption... options) throws IOException {
        Path from = FaultyPath.real(source);
        Path to = FaultyPath.real(target);
        if (disk.covers(to)) {
            disk.beforeNaming("rename", to);
            disk.unsynced().moves(absolute(from), absolute(to));
        }
        real.move(from, to, options);
    }

    @Override
    public void copy(Path source, Path target, CopyOption... options) throws IOException {
        if (disk.covers(FaultyPath.real(target))) {
            throw new UnsupportedOperationException("Would write around the faults");
        }
        real.copy(FaultyPath.real(source), FaultyPath.real(target), options);
    }

    private static Path absolute(Path path) {
        return path.toAbsolutePath().normalize();
    }

    // ---------------------------------------------------------------------------------------------- handed through

    @Override
    public String getScheme() {
        return real.getScheme();
    }

    @Override
    public FileSystem newFileSystem(URI uri, Map<String, ?> environment) throws IOException {
        return real.newFileSystem(uri, environment);
    }

    @Override
    public FileSystem getFileSystem(URI uri) {
        return system;
    }

    @Override
    public Path getPath(URI uri) {
        return system.wrap(real.getPath(uri));
    }

    @Override
    public DirectoryStream<Path> newDirectoryStream(Path folder, DirectoryStream.Filter<? super Path> filter)
            throws IOException {
        Path listed = FaultyPath.real(folder);
        if (disk.covers(listed)) {
            disk.beforeListing(listed);
        }
        DirectoryStream<Path> inside = real.newDirectoryStream(listed, each -> filter.accept(system.wrap(each)));
        return new DirectoryStream<>() {
            @Override
            public Iterator<Path> iterator() {
                Iterator<Path> each = inside.iterator();
                return new Iterator<>() {
                    @Override
                    public boolean hasNext() {
                        return each.hasNext();
                    }

                    @Override
                    public Path next() {
                        return system.wrap(each.next());
                    }
                };
            }

            @Override
            public void close() throws IOException {
                inside.close();
            }
        };
    }

    @Override
    public boolean isSameFile(Path one, Path other) throws IOException {
        return real.isSameFile(FaultyPath.real(one), FaultyPath.real(other));
    }

    @Override
    public boolean isHidden(Path path) throws IOException {
        return real.isHidden(FaultyPath.real(path));
    }

    @Override
    public FileStore getFileStore(Path path) throws IOException {
        return real.getFileStore(FaultyPath.real(path));
    }

    @Override
    public void checkAccess(Path path, AccessMode... modes) throws IOException {
        real.checkAccess(FaultyPath.real(path), modes);
    }

    @Override
    public <V extends FileAttributeView> @Nullable V getFileAttributeView(
            Path path, Class<V> type, LinkOption... options) {
        return real.getFileAttributeView(FaultyPath.real(path), type, options);
    }

    @Override
    public <A extends BasicFileAttributes> A readAttributes(Path path, Class<A> type, LinkOption... options)
            throws IOException {
        return real.readAttributes(FaultyPath.real(path), type, options);
    }

    @Override
    public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options) throws IOException {
        return real.readAttributes(FaultyPath.real(path), attributes, options);
    }

    @Override
    public void setAttribute(Path path, String attribute, Object value, LinkOption... options) throws IOException {
        real.setAttribute(FaultyPath.real(path), attribute, value, options);
    }
}
