# a dag for airflow that does not import
import a_module_that_is_not_there
