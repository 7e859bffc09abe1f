import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigResolveOptions;
import com.typesafe.config.ConfigSyntax;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/** Reads `{"texts": [...]}` from standard input; writes a JSON list of what Lightbend's parser makes of each, null: refused. */
public final class HoconReader {
  public static void main(String[] arguments) {
    ConfigParseOptions json = ConfigParseOptions.defaults().setSyntax(ConfigSyntax.JSON);
    InputStreamReader input = new InputStreamReader(System.in, StandardCharsets.UTF_8);
    Config texts = ConfigFactory.parseReader(input, json);
    StringBuilder output = new StringBuilder("[");
    for (String text : texts.getStringList("texts")) {
      if (output.length() > 1) output.append(",");
      try {
        output.append(ConfigFactory.parseString(text).resolve(ConfigResolveOptions.noSystem()).root().render(ConfigRenderOptions.concise()));
      } catch (ConfigException refused) {
        output.append("null");
      }
    }
    System.out.write(output.append("]").toString().getBytes(StandardCharsets.UTF_8), 0, output.toString().getBytes(StandardCharsets.UTF_8).length);
    System.out.flush();
  }
}
