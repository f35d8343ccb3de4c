package io.espalier.benchmarks.device;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Stands between a client and a server, hands everything on, and counts what the client sends. */
final class CountingRelay implements AutoCloseable {
    private static final int BUFFER_BYTES = 64 << 10;

    private final ServerSocket listener = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicLong sent = new AtomicLong();
    private final URI server;

    CountingRelay(String serverUrl) throws IOException {
        server = URI.create(serverUrl);
        start("relay", this::accept);
    }

    String url() {
        return server.getScheme() + "://127.0.0.1:" + listener.getLocalPort();
    }

    long sentBytes() {
        return sent.get();
    }

    /** Something that ends when a socket is closed. */
    @FunctionalInterface
    private interface UntilClosed {
        void run() throws IOException;
    }

    private static void start(String name, UntilClosed work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException e) {
                        // Closed: that is how it ends.
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = listener.accept();
            Socket there = new Socket(server.getHost(), server.getPort());
            client.setTcpNoDelay(true);
            there.setTcpNoDelay(true);
            open.add(client);
            open.add(there);
            start("relay-up", () -> copy(client, there, sent));
            start("relay-down", () -> copy(there, client, new AtomicLong()));
        }
    }

    private static void copy(Socket from, Socket to, AtomicLong count) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        try (InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                out.write(buffer, 0, read);
                count.addAndGet(read);
            }
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket each : open) {
            each.close();
        }
    }
}
