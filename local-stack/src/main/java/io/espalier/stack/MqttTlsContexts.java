package io.espalier.stack;

import java.util.Map;
import javax.net.ssl.SSLContext;
import org.apache.activemq.artemis.core.remoting.impl.ssl.DefaultSSLContextFactory;
import org.apache.activemq.artemis.spi.core.remoting.ssl.SSLContextConfig;

/** Gives acceptors of ours their {@link ServerTls}, and all others what Artemis would. Found as a service. */
public final class MqttTlsContexts extends DefaultSSLContextFactory {
    private static final int ABOVE_THOSE_OF_ARTEMIS = 100;

    /** For the service loader. */
    public MqttTlsContexts() {}

    @Override
    public SSLContext getSSLContext(SSLContextConfig config, Map<String, Object> settings) throws Exception {
        return settings.containsKey(TlsPlugins.SETTING)
                ? TlsPlugins.of(settings).server()
                : super.getSSLContext(config, settings);
    }

    @Override
    public int getPriority() {
        return ABOVE_THOSE_OF_ARTEMIS;
    }
}
