package io.espalier.faults.network;

import io.espalier.faults.network.MqttPackets.Packet;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * A stretch of network between a device and one server, with {@link Weather}. Two threads a connection: it is for the few that
 * one device has.
 */
public final class FaultProxy implements AutoCloseable {
    private static final int BUFFER_BYTES = 16 << 10;
    private static final int SHUFFLED_TOGETHER = 2;
    private static final int CRUMB_BYTES = 3;
    private static final long LATE_MILLIS = 250;
    private static final long SECOND_MILLIS = 1000;

    private final ServerSocket entrance;
    private final String scheme;
    private final String host;
    private final int port;
    private final boolean mqtt;
    private final Set<Link> links = ConcurrentHashMap.newKeySet();
    private final Object change = new Object();
    private Weather weather = Weather.FAIR;
    private int chunks;
    private long bytesDown;
    /** How many more chunks come through before their connection is reset; negative for all. */
    private int chunksBeforeReset = -1;

    private FaultProxy(ServerSocket entrance, URI server) {
        this.entrance = entrance;
        this.scheme = server.getScheme();
        this.host = server.getHost();
        this.port = server.getPort();
        this.mqtt = scheme.equals("tcp");
    }

    /** Before the server of this URL: {@code tcp} means MQTT, whose packets stay whole; others are bytes. */
    public static FaultProxy before(String url) throws IOException {
        FaultProxy proxy = new FaultProxy(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), URI.create(url));
        start("fault-proxy", proxy::accept);
        return proxy;
    }

    /** The server's URL, by way of here. */
    public String url() {
        return scheme + "://127.0.0.1:" + entrance.getLocalPort();
    }

    public void set(Weather next) {
        synchronized (change) {
            weather = next;
            change.notifyAll();
        }
    }

    /** Resets the connection that a chunk comes over, right after so many chunks from now. Once. */
    public void resetAfterChunks(int count) {
        synchronized (change) {
            chunksBeforeReset = count;
        }
    }

    /** Chunks that the server has sent since the last time this was asked. */
    public int chunksSent() {
        synchronized (change) {
            int sent = chunks;
            chunks = 0;
            return sent;
        }
    }

    /** Waits until the server has sent so many chunks since they were last asked for; then it is weather like this. */
    public void setAfterChunks(int count, Weather next, Duration limit) throws InterruptedException {
        setAfter(() -> chunks >= count, next, limit, () -> chunks + " of " + count + " chunks");
    }

    private void setAfter(BooleanSupplier there, Weather next, Duration limit, Supplier<String> came)
            throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        synchronized (change) {
            while (!there.getAsBoolean()) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    throw new IllegalStateException(came.get() + " came within " + limit.toSeconds() + " s");
                }
                TimeUnit.NANOSECONDS.timedWait(change, left);
            }
            set(next);
        }
    }

    /** Bytes that the server has sent since the last time this was asked, of whatever is in them. */
    public long bytesSent() {
        synchronized (change) {
            long sent = bytesDown;
            bytesDown = 0;
            return sent;
        }
    }

    /** Waits until the server has sent so many bytes since they were last asked for; then it is weather like this. */
    public void setAfterBytes(long count, Weather next, Duration limit) throws InterruptedException {
        setAfter(() -> bytesDown >= count, next, limit, () -> bytesDown + " of " + count + " bytes");
    }

    /** Resets every connection. */
    public void cut() {
        links.forEach(Link::reset);
    }

    /** Resets the device's side of every connection; the server does not notice. */
    public void cutDevice() {
        links.forEach(Link::resetDevice);
    }

    private void accept() {
        while (!entrance.isClosed()) {
            try {
                Socket device = entrance.accept();
                if (now() == Weather.AWAY) {
                    reset(device);
                    continue;
                }
                Link link = new Link(device, toServer(device));
                link.device.setTcpNoDelay(true);
                link.server.setTcpNoDelay(true);
                links.add(link);
                // Taken here: a connection that is cut at once has no streams to give any more.
                InputStream fromDevice = link.device.getInputStream();
                OutputStream toServer = link.server.getOutputStream();
                InputStream fromServer = link.server.getInputStream();
                OutputStream toDevice = link.device.getOutputStream();
                start("fault-proxy-up", () -> pump(link, true, fromDevice, toServer));
                start("fault-proxy-down", () -> pump(link, false, fromServer, toDevice));
            } catch (IOException e) {
                // The server is away, or the device.
            }
        }
    }

    /** Where the server takes no connection the device has none. */
    private Socket toServer(Socket device) throws IOException {
        try {
            return new Socket(host, port);
        } catch (IOException e) {
            reset(device);
            throw e;
        }
    }

    private static void start(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    private Weather now() {
        synchronized (change) {
            return weather;
        }
    }

    private void pump(Link link, boolean up, InputStream in, OutputStream out) {
        try (in) {
            MqttPackets packets = new MqttPackets();
            List<Packet> held = new ArrayList<>();
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                if (!up) {
                    countDown(read);
                }
                try {
                    if (up || !mqtt) {
                        byte[] piece = Arrays.copyOf(buffer, read);
                        if (!up && now() == Weather.SPOILT) {
                            piece[read - 1] ^= 1;
                        }
                        carry(piece, out, up);
                    } else {
                        for (Packet packet : packets.take(buffer, read)) {
                            bringDown(packet, held, out, link);
                        }
                    }
                } catch (IOException e) {
                    if (up || !link.isDeadToDevice) {
                        throw e;
                    }
                    // What the server says to a device that is gone gets lost, and the server hears nothing of it.
                }
            }
            (up ? link.server : link.device).shutdownOutput();
        } catch (IOException e) {
            if (!link.isDeadToDevice) {
                link.reset();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            if (link.isOver()) {
                links.remove(link);
            }
        }
    }

    private void countDown(int bytes) {
        synchronized (change) {
            bytesDown += bytes;
            change.notifyAll();
        }
    }

    private void bringDown(Packet packet, List<Packet> held, OutputStream out, Link link)
            throws IOException, InterruptedException {
        Weather weatherNow = now();
        if (packet.isChunk()) {
            synchronized (change) {
                chunks++;
                change.notifyAll();
            }
        }
        if (packet.isChunk() && weatherNow == Weather.SHUFFLED) {
            held.add(packet);
            if (held.size() < SHUFFLED_TOGETHER) {
                return;
            }
        }
        for (int i = held.size() - 1; i >= 0; i--) {
            carry(held.get(i).bytes(), out, false);
            carry(held.get(i).bytes(), out, false);
        }
        boolean waited = !held.isEmpty() && packet.isChunk();
        held.clear();
        if (!waited) {
            boolean spoils = packet.isChunk() && weatherNow == Weather.SPOILT;
            carry(spoils ? packet.spoilt().bytes() : packet.bytes(), out, false);
        }
        if (packet.isChunk() && isTheLastBeforeAReset()) {
            link.reset();
        }
    }

    private boolean isTheLastBeforeAReset() {
        synchronized (change) {
            if (chunksBeforeReset < 0) {
                return false;
            }
            chunksBeforeReset--;
            if (chunksBeforeReset > 0) {
                return false;
            }
            chunksBeforeReset = -1;
            return true;
        }
    }

    /** Brings bytes over, as the weather is. */
    private void carry(byte[] bytes, OutputStream out, boolean up) throws IOException, InterruptedException {
        for (int at = 0; at < bytes.length; ) {
            awaitThaw();
            switch (now()) {
                case TRICKLE -> {
                    out.write(bytes, at++, 1);
                    awaitChange(SECOND_MILLIS);
                    continue;
                }
                case CRUMBS -> {
                    int crumb = Math.min(CRUMB_BYTES, bytes.length - at);
                    out.write(bytes, at, crumb);
                    at += crumb;
                    continue;
                }
                case LATE -> awaitChange(LATE_MILLIS);
                case DEAF, MUTE -> {
                    if (up == (now() == Weather.DEAF)) {
                        return;
                    }
                }
                case FAIR, FROZEN, SPOILT, SHUFFLED, AWAY -> {}
            }
            out.write(bytes, at, bytes.length - at);
            return;
        }
    }

    private void awaitThaw() throws InterruptedException {
        synchronized (change) {
            while (weather == Weather.FROZEN) {
                change.wait();
            }
        }
    }

    /** A pause that a change of weather ends. */
    private void awaitChange(long millis) throws InterruptedException {
        synchronized (change) {
            TimeUnit.MILLISECONDS.timedWait(change, millis);
        }
    }

    private static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            // It was closed.
        }
    }

    @Override
    public void close() throws IOException {
        entrance.close();
        set(Weather.FAIR);
        cut();
    }

    /** One connection of the device and the one behind it. */
    private static final class Link {
        private final Socket device;
        private final Socket server;
        private volatile boolean isDeadToDevice;

        Link(Socket device, Socket server) {
            this.device = device;
            this.server = server;
        }

        void reset() {
            FaultProxy.reset(device);
            FaultProxy.reset(server);
        }

        boolean isOver() {
            return device.isClosed() && server.isClosed();
        }

        void resetDevice() {
            isDeadToDevice = true;
            FaultProxy.reset(device);
        }
    }
}
